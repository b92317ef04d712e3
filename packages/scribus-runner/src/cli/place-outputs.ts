import { randomUUID } from 'node:crypto';
import { copyFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PubpipeError } from '@pubpipe/core';
import { refuseUnsafeTarget } from './output-target.ts';

/** A finished file and where it belongs. */
export interface Placement {
  readonly from: string;
  readonly to: string;
}

/**
 * Moves the outputs of a document to where they belong, in their order: all of them, or none.
 *
 * @throws PubpipeError `OUTPUT_UNWRITABLE` when one can't be moved; those before it are removed again.
 */
export async function placeOutputs(placements: readonly Placement[], document: string): Promise<void> {
  for (const { to } of placements) checkTarget(to, document);
  const placed: string[] = [];
  try {
    for (const { from, to } of placements) {
      await place(from, to);
      placed.push(to);
    }
  } catch (error) {
    await Promise.allSettled(placed.map((path) => rm(path, { force: true })));
    throw error;
  }
}

/** The `OUTPUT_UNWRITABLE` error of a path. */
export const unwritable = (path: string, cause: unknown): PubpipeError =>
  new PubpipeError('OUTPUT_UNWRITABLE', `${path} can't be written: ${(cause as NodeJS.ErrnoException).code}.`, {
    cause,
  });

function checkTarget(to: string, document: string): void {
  try {
    refuseUnsafeTarget(to, [document]);
  } catch (error) {
    throw new PubpipeError('OUTPUT_UNWRITABLE', (error as Error).message, { cause: error });
  }
}

/** Gives a file its name at once and whole, also on another disk. */
async function place(from: string, to: string): Promise<void> {
  try {
    await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EXDEV') throw error;
      const unfinished = join(dirname(to), `.pubpipe-render-${randomUUID()}`);
      try {
        await copyFile(from, unfinished);
        await rename(unfinished, to);
      } finally {
        // How the placing went matters more than what is left of it.
        await rm(unfinished, { force: true }).catch(() => undefined);
      }
    });
  } catch (error) {
    throw unwritable(to, error);
  }
}
