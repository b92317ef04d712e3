import { mkdir, mkdtemp, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type AssetName, isPubpipeError, PubpipeError } from '@pubpipe/core/driver';
import { removeTree } from './remove-tree.ts';
import { copyWrittenFile } from './truth-check/copy-written-file.ts';

/** Where a render's files lie until they have been checked: inside the output directory, out of sight. */
export interface StagingDirectory {
  /** Absolute path of the directory that Scribus writes into; its sandbox lets it write into no other of them. */
  readonly directory: string;
  /**
   * Takes a file that Scribus has written out of its hands: what it does to the file from now on, also by a
   * descriptor that it has kept, changes nothing. Returns the absolute path of the file that is ours.
   *
   * @throws PubpipeError `OUTPUT_MISMATCH` when it is no plain file, or not there.
   * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses it.
   * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
   */
  take(path: string, signal: AbortSignal): Promise<string>;
  /**
   * Moves a finished file to its name in the output directory, at once and whole; returns its length in bytes.
   *
   * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses it.
   */
  publish(path: string, name: AssetName): Promise<number>;
  /** Removes what has not been published. Idempotent. */
  close(): Promise<void>;
}

/**
 * Makes a staging directory. `written` is the absolute path of a directory that Scribus writes into, if there is one
 * already; it is not removed.
 *
 * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses it.
 */
export async function openStagingDirectory(outputDirectory: string, written?: string): Promise<StagingDirectory> {
  const root = await mkdtemp(join(outputDirectory, '.unfinished-')).catch(refuse);
  const close = () => removeTree(root);
  const directory = written ?? join(root, 'written');
  try {
    if (written === undefined) await mkdir(directory);
  } catch (error) {
    // Why it could not be made says more than why its remains could not be removed.
    await close().catch(() => undefined);
    return refuse(error);
  }
  let count = 0;
  return {
    directory,
    async take(path, signal) {
      count += 1;
      // Scribus may write into `directory` only.
      const target = join(root, String(count));
      await copyWrittenFile(path, target, signal).catch(refuse);
      // Only to free the disk: whatever has its name by now is Scribus' own, and goes with the directory.
      await unlink(path).catch(() => undefined);
      return target;
    },
    async publish(path, name) {
      const target = join(outputDirectory, name);
      try {
        const { size } = await stat(path);
        if (name.includes('/')) await mkdir(dirname(target), { recursive: true });
        await rename(path, target);
        return size;
      } catch (error) {
        return refuse(error, { name });
      }
    },
    close,
  };
}

/** Throws on what is ours already; what the system says becomes `OUTPUT_UNWRITABLE`. */
function refuse(cause: unknown, details: { readonly name?: AssetName } = {}): never {
  throw isPubpipeError(cause)
    ? cause
    : outputUnwritable((cause as NodeJS.ErrnoException).code ?? 'unknown reason', { cause, ...details });
}

/** The `OUTPUT_UNWRITABLE` error of an output directory. */
export const outputUnwritable = (
  reason: string,
  options: { readonly cause?: unknown; readonly [detail: string]: unknown } = {},
): PubpipeError => {
  const { cause, ...details } = options;
  return new PubpipeError('OUTPUT_UNWRITABLE', `The output directory can't be written: ${reason}.`, { cause, details });
};
