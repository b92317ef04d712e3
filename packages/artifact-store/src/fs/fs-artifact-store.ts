import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type ArtifactContent,
  type ArtifactHead,
  type ArtifactKey,
  type ArtifactStore,
  CallsUnderWay,
  ContentMeter,
  checkByteRange,
  type DiscardIncompleteOptions,
  type GetOptions,
  type MeasuredContent,
  PubpipeError,
  type PutOptions,
  parseArtifactKey,
  pullContent,
  resolveDiscardIncomplete,
  type StoredArtifact,
  throwIfCancelled,
  toByteSpan,
  VerifiedBody,
} from '@pubpipe/core';
import { FileBody } from './file-body.ts';
import {
  type FsArtifactStoreOptions,
  type ResolvedFsArtifactStoreOptions,
  resolveFsArtifactStoreOptions,
} from './fs-artifact-store-options.ts';
import { toStoreError } from './fs-failure.ts';
import { discardIncompleteFiles, IncomingFile } from './incoming-file.ts';
import { headObject, listObjects, objectPath, placeObject, removeObject } from './object-files.ts';
import { openRegularFile } from './open-regular-file.ts';
import { makeRealFolders } from './real-folders.ts';
import { syncFoldersUpTo } from './sync-folder.ts';

interface Signalled {
  readonly signal?: AbortSignal | undefined;
}

/** An {@link ArtifactStore} in a directory. Several processes may use the same directory at once. */
export class FsArtifactStore implements ArtifactStore {
  readonly #options: ResolvedFsArtifactStoreOptions;
  readonly #calls = new CallsUnderWay('The artifact store');
  #prepared: Promise<void> | undefined;

  /** Prefer {@link createFsArtifactStore}. */
  constructor(options: FsArtifactStoreOptions) {
    this.#options = resolveFsArtifactStoreOptions(options);
  }

  async put(
    key: ArtifactKey,
    content: AsyncIterable<Uint8Array>,
    { signal, expected }: PutOptions = {},
  ): Promise<StoredArtifact> {
    parseArtifactKey(key);
    const meter = new ContentMeter(expected);
    return await this.#run(signal, async (callSignal) => {
      const chunks = pullContent(content, callSignal);
      const upload = await this.#beginUpload();
      try {
        const measured = await receive(chunks, upload, meter);
        await upload.finish(this.#options);
        await placeObject(this.#options.objects, key, upload, () => throwIfCancelled(callSignal));
        await this.#syncFoldersUpTo(this.#options.objects, dirname(objectPath(this.#options.objects, key)));
        return { key, ...measured };
      } catch (error) {
        await upload.discard();
        throw error;
      }
    });
  }

  async get(key: ArtifactKey, { range, verify, signal }: GetOptions = {}): Promise<ArtifactContent> {
    parseArtifactKey(key);
    checkByteRange(range);
    const verified = VerifiedBody.meterFor({ range, verify });
    const call = this.#calls.begin(signal);
    try {
      const { handle, stats } = (await openRegularFile(this.#options.objects, key)) ?? notFound(key);
      try {
        throwIfCancelled(call.signal);
        const span = toByteSpan(range, stats.size);
        const body = new FileBody({ handle, span, call, toError: toStoreError, cutShort: 'STORE_UNAVAILABLE' });
        return {
          byteSize: stats.size,
          contentLength: span.contentLength,
          body: VerifiedBody.wrap(body, verified),
        };
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      call.end();
      throw toStoreError(error);
    }
  }

  async head(key: ArtifactKey, { signal }: Signalled = {}): Promise<ArtifactHead> {
    parseArtifactKey(key);
    return await this.#run(signal, async (callSignal) => {
      const head = await headObject(this.#options.objects, key);
      throwIfCancelled(callSignal);
      return head ?? notFound(key);
    });
  }

  async delete(key: ArtifactKey, { signal }: Signalled = {}): Promise<void> {
    parseArtifactKey(key);
    await this.#run(signal, async () => {
      const folder = await removeObject(this.#options.objects, key);
      // Who was told that a customer's file is deleted must not find it again after a power cut.
      await this.#syncFoldersUpTo(folder, folder);
    });
  }

  async *list({
    prefix = '',
    signal,
  }: Signalled & { readonly prefix?: string | undefined } = {}): AsyncGenerator<ArtifactHead, void, undefined> {
    const check = (): void => this.#calls.check(signal);
    check();
    try {
      yield* listObjects(this.#options.objects, prefix, check);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async discardIncomplete(options: DiscardIncompleteOptions): Promise<number> {
    const which = resolveDiscardIncomplete(options);
    return await this.#run(options.signal, async (callSignal) => {
      const check = (): void => throwIfCancelled(callSignal);
      return await discardIncompleteFiles(this.#options.incoming, { ...which, check });
    });
  }

  async close(): Promise<void> {
    await this.#calls.close();
  }

  async #run<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.#calls.run(signal, work);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async #beginUpload(): Promise<IncomingFile> {
    this.#prepared ??= this.#makeDirectories();
    try {
      await this.#prepared;
      return await IncomingFile.create(this.#options.incoming);
    } catch (error) {
      // The next upload makes the directories again: somebody may have removed them.
      this.#prepared = undefined;
      throw error;
    }
  }

  async #makeDirectories(): Promise<void> {
    const { directory } = this.#options;
    const firstMade = await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const name of ['incoming/x', 'objects/x']) {
      if ((await makeRealFolders(directory, name)) === undefined) continue;
      throw new PubpipeError('STORE_UNAVAILABLE', `The directory of the store has a file or link ${dirname(name)}.`);
    }
    await this.#syncFoldersUpTo(firstMade === undefined ? directory : dirname(firstMade), directory);
  }

  async #syncFoldersUpTo(top: string, folder: string): Promise<void> {
    if (this.#options.durable) await syncFoldersUpTo(top, folder);
  }
}

/**
 * Creates an artifact store in a directory. Nothing is read or written before the first call.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option can't be used.
 */
export function createFsArtifactStore(options: FsArtifactStoreOptions): FsArtifactStore {
  return new FsArtifactStore(options);
}

async function receive(
  chunks: AsyncIterable<Uint8Array>,
  upload: IncomingFile,
  meter: ContentMeter,
): Promise<MeasuredContent> {
  for await (const chunk of chunks) {
    const written = upload.write(chunk);
    try {
      // The digest is computed while the disk writes.
      meter.add(chunk);
    } finally {
      await written;
    }
  }
  return meter.finish();
}

function notFound(key: ArtifactKey): never {
  throw new PubpipeError('ARTIFACT_NOT_FOUND', 'There is no artifact under this key.', { details: { key } });
}
