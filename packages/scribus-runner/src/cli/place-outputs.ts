import { randomUUID } from 'node:crypto';
import { copyFile, link, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PubpipeError } from '@pubpipe/core/driver';
import { hiddenPrefix } from '../engine/workspace-owner.ts';
import { refuseUnsafeTarget } from './output-target.ts';

/** A finished file and where it belongs. */
export interface Placement {
  readonly from: string;
  readonly to: string;
  /** Whether it is a Scribus document. */
  readonly isDocument?: boolean | undefined;
}

/**
 * Moves the outputs of a document to where they belong, in their order: all of them, or none.
 *
 * @throws PubpipeError `OUTPUT_UNWRITABLE` when one can't be moved; where the others belong is then what was there before.
 */
export async function placeOutputs(placements: readonly Placement[], document: string): Promise<void> {
  for (const placement of placements) checkTarget(placement, document);
  const placed: { readonly to: string; readonly before: string | undefined }[] = [];
  try {
    for (const { from, to } of placements) {
      placed.push({ to, before: await keep(to) });
      await place(from, to);
    }
  } catch (error) {
    await Promise.allSettled(placed.map(({ to, before }) => (before ? rename(before, to) : rm(to, { force: true }))));
    throw error;
  }
  // A name too many is no reason to say that nothing was written.
  await Promise.allSettled(placed.flatMap(({ before }) => (before === undefined ? [] : [rm(before)])));
}

/** Gives what is at a path a second, hidden name, and returns it; undefined where nothing is. */
async function keep(path: string): Promise<string | undefined> {
  const second = hiddenBeside(path);
  try {
    await link(path, second).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw error;
      // Not every file system has second names.
      await copyFile(path, second);
    });
    return second;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unwritable(path, error);
  }
}

const hiddenBeside = (path: string): string => join(dirname(path), `${hiddenPrefix('output')}${randomUUID()}`);

/** The `OUTPUT_UNWRITABLE` error of a path. */
export const unwritable = (path: string, cause: unknown): PubpipeError =>
  new PubpipeError('OUTPUT_UNWRITABLE', `${path} can't be written: ${(cause as NodeJS.ErrnoException).code}.`, {
    cause,
  });

function checkTarget({ to, isDocument }: Placement, document: string): void {
  try {
    refuseUnsafeTarget(to, [document], { mayBeDocument: isDocument });
  } catch (error) {
    throw new PubpipeError('OUTPUT_UNWRITABLE', (error as Error).message, { cause: error });
  }
}

/** Gives a file its name at once and whole, also on another disk. */
async function place(from: string, to: string): Promise<void> {
  try {
    await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EXDEV') throw error;
      const unfinished = hiddenBeside(to);
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
