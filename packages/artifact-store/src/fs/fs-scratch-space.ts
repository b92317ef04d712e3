import { randomUUID } from 'node:crypto';
import { lstat, mkdir, opendir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { PubpipeError, type Scratch, type ScratchSpace } from '@pubpipe/core';
import { ignoring, toScratchError } from './fs-failure.ts';
import { FsScratch } from './fs-scratch.ts';
import {
  type FsScratchSpaceOptions,
  type ResolvedFsScratchSpaceOptions,
  resolveFsScratchSpaceOptions,
} from './fs-scratch-space-options.ts';
import { removeTree } from './remove-tree.ts';

const prefix = 'pubpipe-scratch-';

/** Names of the directories that are open in this process, in whatever space: these are never discarded. */
const openHere = new Set<string>();

/** A {@link ScratchSpace} on a local disk: directories that only this user may enter. */
export class FsScratchSpace implements ScratchSpace {
  readonly #options: ResolvedFsScratchSpaceOptions;
  /** Once it has been made. */
  #directory: string | undefined;

  /** Prefer {@link createFsScratchSpace}. */
  constructor(options: FsScratchSpaceOptions = {}) {
    this.#options = resolveFsScratchSpaceOptions(options);
  }

  async open(): Promise<Scratch> {
    try {
      if (this.#directory !== undefined) {
        // Whoever cleans up there may have removed it since: then it is made again.
        const scratch = await openScratch(this.#directory).catch(ignoring('ENOENT'));
        if (scratch !== undefined) return scratch;
      }
      this.#directory = await makeDirectory(this.#options.directory);
      return await openScratch(this.#directory);
    } catch (error) {
      throw toScratchError(error);
    }
  }

  async discardAbandoned({ olderThanMs }: { readonly olderThanMs: number }): Promise<number> {
    if (!(Number.isFinite(olderThanMs) && olderThanMs >= 0)) {
      throw new PubpipeError('INVALID_INPUT', 'olderThanMs must be a number of milliseconds, 0 or more.');
    }
    try {
      return await this.#discardAbandoned(olderThanMs);
    } catch (error) {
      throw toScratchError(error);
    }
  }

  async #discardAbandoned(olderThanMs: number): Promise<number> {
    const entries = await opendir(this.#options.directory).catch(ignoring('ENOENT'));
    let discarded = 0;
    for await (const { name } of entries ?? []) {
      if (!name.startsWith(prefix) || openHere.has(name)) continue;
      const path = join(this.#options.directory, name);
      const stats = await lstat(path).catch(ignoring('ENOENT'));
      // In a shared directory anybody may make something of such a name, for example a link.
      if (stats?.isDirectory() !== true || stats.uid !== process.getuid?.()) continue;
      if (Date.now() - stats.mtimeMs <= olderThanMs) continue;
      await removeTree(path);
      discarded += 1;
    }
    return discarded;
  }
}

/**
 * Creates a scratch space on a local disk. Nothing is read or written before the first call.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option can't be used.
 */
export function createFsScratchSpace(options?: FsScratchSpaceOptions): FsScratchSpace {
  return new FsScratchSpace(options);
}

/** Answers the real path, as a renderer may name files in its own way: links resolved. */
async function makeDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return await realpath(path);
}

async function openScratch(directory: string): Promise<FsScratch> {
  const name = `${prefix}${randomUUID()}`;
  const root = join(directory, name);
  const inputDirectory = join(root, 'input');
  const outputDirectory = join(root, 'output');
  const remove = async (): Promise<void> => {
    await removeTree(root);
    openHere.delete(name);
  };
  openHere.add(name);
  try {
    await mkdir(root, { mode: 0o700 });
    const made = await Promise.allSettled(
      [inputDirectory, outputDirectory].map((path) => mkdir(path, { mode: 0o700 })),
    );
    for (const result of made) if (result.status === 'rejected') throw result.reason;
  } catch (error) {
    await remove();
    throw error;
  }
  return new FsScratch({ inputDirectory, outputDirectory, remove });
}
