import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type AssetName, PubpipeError } from '@pubpipe/core';

/** Where a render's files lie until they have been checked: inside the output directory, out of sight. */
export interface StagingDirectory {
  /** Absolute path. */
  readonly directory: string;
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
 * Makes a staging directory.
 *
 * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses it.
 */
export async function openStagingDirectory(outputDirectory: string): Promise<StagingDirectory> {
  const directory = await mkdtemp(join(outputDirectory, '.unfinished-')).catch((error: unknown) => {
    throw outputUnwritable((error as NodeJS.ErrnoException).code ?? 'unknown reason', { cause: error });
  });
  return {
    directory,
    async publish(path, name) {
      const target = join(outputDirectory, name);
      try {
        const { size } = await stat(path);
        await mkdir(dirname(target), { recursive: true });
        await rename(path, target);
        return size;
      } catch (error) {
        throw outputUnwritable((error as NodeJS.ErrnoException).code ?? 'unknown reason', { cause: error, name });
      }
    },
    close: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** The `OUTPUT_UNWRITABLE` error of an output directory. */
export const outputUnwritable = (
  reason: string,
  options: { readonly cause?: unknown; readonly [detail: string]: unknown } = {},
): PubpipeError => {
  const { cause, ...details } = options;
  return new PubpipeError('OUTPUT_UNWRITABLE', `The output directory can't be written: ${reason}.`, { cause, details });
};
