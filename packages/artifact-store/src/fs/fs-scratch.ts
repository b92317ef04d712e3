import { constants, type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AssetName,
  CallsUnderWay,
  PubpipeError,
  parseAssetName,
  pullContent,
  type Scratch,
  toByteSpan,
} from '@pubpipe/core';
import { FileBody } from './file-body.ts';
import { errnoOf, toScratchError } from './fs-failure.ts';
import { openRegularFile } from './open-regular-file.ts';
import { makeRealFolders } from './real-folders.ts';

const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** What an {@link FsScratch} works in. */
export interface FsScratchDirectories {
  readonly inputDirectory: string;
  readonly outputDirectory: string;
  /** Removes both, and may be called again when it has failed. */
  readonly remove: () => Promise<void>;
}

/** A {@link Scratch} on a local disk. */
export class FsScratch implements Scratch {
  readonly inputDirectory: string;
  readonly outputDirectory: string;
  readonly #remove: () => Promise<void>;
  readonly #calls = new CallsUnderWay('The scratch directory');

  constructor({ inputDirectory, outputDirectory, remove }: FsScratchDirectories) {
    this.inputDirectory = inputDirectory;
    this.outputDirectory = outputDirectory;
    this.#remove = remove;
  }

  async writeInput(
    name: AssetName,
    content: AsyncIterable<Uint8Array>,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    parseAssetName(name);
    try {
      await this.#calls.run(signal, async (callSignal) => {
        const chunks = pullContent(content, callSignal);
        const path = join(this.inputDirectory, name);
        const file = await this.#createInput(name, path);
        try {
          for await (const chunk of chunks) await file.writeFile(chunk);
          await file.close();
        } catch (error) {
          // The caller has to hear what failed first; closing the scratch removes what is left.
          await file.close().catch(() => {});
          await unlink(path).catch(() => {});
          throw error;
        }
      });
    } catch (error) {
      throw toScratchError(error);
    }
  }

  async *readOutput(name: AssetName): AsyncGenerator<Uint8Array, void, undefined> {
    parseAssetName(name);
    const call = this.#calls.begin();
    let body: FileBody;
    try {
      const file = await openRegularFile(this.outputDirectory, name);
      if (file === undefined) {
        throw new PubpipeError('OUTPUT_MISMATCH', 'The output directory has no regular file of this name.', {
          details: { name },
        });
      }
      const span = toByteSpan(undefined, file.stats.size);
      body = new FileBody({ handle: file.handle, span, call, toError: toScratchError, cutShort: 'OUTPUT_MISMATCH' });
    } catch (error) {
      call.end();
      throw toScratchError(error);
    }
    yield* body;
  }

  async close(): Promise<void> {
    await this.#calls.close();
    try {
      await this.#remove();
    } catch (error) {
      throw toScratchError(error);
    }
  }

  async #createInput(name: AssetName, path: string): Promise<FileHandle> {
    const taken = (cause?: unknown): PubpipeError =>
      new PubpipeError('INVALID_INPUT', 'The name is taken, or is a folder of another name.', {
        details: { name },
        cause,
      });
    if ((await makeRealFolders(this.inputDirectory, name)) !== undefined) throw taken();
    try {
      return await open(path, flags, 0o600);
    } catch (error) {
      throw errnoOf(error) === 'EEXIST' || errnoOf(error) === 'EISDIR' ? taken(error) : error;
    }
  }
}
