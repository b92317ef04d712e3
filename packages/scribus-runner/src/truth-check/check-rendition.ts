import { cancelled, isPubpipeError, PubpipeError, throwIfCancelled } from '@pubpipe/core';
import { mismatch } from './mismatch.ts';

/** A file that has passed our own checks. */
export interface RenditionToCheck {
  readonly kind: 'pdf' | 'png' | 'jpeg';
  /** Absolute path. Only to be read; it moves when the check is over. */
  readonly path: string;
  /** Page number of a page image, from 1. */
  readonly page?: number | undefined;
}

/**
 * A check of the caller's own, such as a preflight of PDF/X: it resolves when the file is good, and throws when
 * it is not. A `PubpipeError` fails the render as it is, for instance one that says that the checker is not there;
 * any other error is an `OUTPUT_MISMATCH`. It must stop when `signal` aborts.
 */
export type CheckRendition = (
  file: RenditionToCheck,
  options: { readonly signal: AbortSignal },
) => Promise<void> | void;

/**
 * Runs a check of the caller's own, bounded in time. A check that doesn't stop when told to is not waited for.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` with the check's error as its cause, or the check's own PubpipeError.
 * @throws PubpipeError `RENDER_TIMEOUT` when it takes longer than `timeoutMs`.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function runCheckRendition(
  check: CheckRendition,
  file: RenditionToCheck,
  { timeoutMs, signal: outer }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  throwIfCancelled(outer);
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([outer, timeout]);
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(cancelled(signal));
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([Promise.resolve().then(() => check(file, { signal })), aborted.promise]);
    if (signal.aborted) throw cancelled(signal);
  } catch (error) {
    if (outer.aborted) throw cancelled(outer);
    if (timeout.aborted) {
      throw new PubpipeError('RENDER_TIMEOUT', `The check of the rendition takes longer than ${timeoutMs} ms.`, {
        cause: error,
        details: { stage: 'checking', timeoutMs },
      });
    }
    if (isPubpipeError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw mismatch(`The check of the rendition refuses it: ${reason}`, 'what checkRendition passes', reason, error);
  } finally {
    signal.removeEventListener('abort', abort);
    // Nobody may be listening any more.
    aborted.promise.catch(() => undefined);
  }
}
