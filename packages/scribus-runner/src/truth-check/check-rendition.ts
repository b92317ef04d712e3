import { cancelled, isPubpipeError, throwIfCancelled } from '@pubpipe/core/driver';
import type { ExportedFile } from '../after-export.ts';
import { mismatch } from './mismatch.ts';

/**
 * A check of your own after the truth check, such as a preflight program for PDF/X: it resolves when the file is
 * good, and throws when it is not. A `PubpipeError` fails the render as it is, for instance one that says that the
 * checker is not there; any other error is an `OUTPUT_MISMATCH`, and the file is not handed over.
 *
 * It is called for one file of a render after the other, while Scribus writes the next; files of other renders come
 * at the same time. The file is only to be read, and moves when the check is over. Its time counts in `timeoutMs`
 * of the render. It must stop when `signal` aborts: nobody waits for it then.
 *
 * @example
 * ```ts
 * import { createScribusRenderer } from '@pubpipe/scribus-runner';
 *
 * const checkRendition: CheckRendition = async ({ kind, path }, { signal }) => {
 *   if (kind === 'pdf') await execFileAsync('qpdf', ['--check', path], { signal });
 * };
 * const renderer = createScribusRenderer({ checkRendition });
 * ```
 */
export type CheckRendition = (file: ExportedFile, controls: { readonly signal: AbortSignal }) => Promise<void> | void;

/**
 * Runs a check of the caller's own. One that doesn't stop when told to is not waited for.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` with the check's error as its cause, or the check's own PubpipeError.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function runCheckRendition(check: CheckRendition, file: ExportedFile, signal: AbortSignal): Promise<void> {
  throwIfCancelled(signal);
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(cancelled(signal));
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([Promise.resolve().then(() => check(file, { signal })), aborted.promise]);
    if (signal.aborted) throw cancelled(signal);
  } catch (error) {
    if (signal.aborted) throw cancelled(signal);
    if (isPubpipeError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw mismatch(`The check of ${file.name} refuses it: ${reason}`, 'what checkRendition passes', reason, error);
  } finally {
    signal.removeEventListener('abort', abort);
    // Nobody may be listening any more.
    aborted.promise.catch(() => undefined);
  }
}
