import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
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
  type ImportObjectOptions,
  type ObjectImports,
  type PresignedUrls,
  type PresignGetOptions,
  PubpipeError,
  type PutOptions,
  parseArtifactKey,
  resolveDiscardIncomplete,
  type StoredArtifact,
  tryAgain,
  VerifiedBody,
} from '@pubpipe/core';
import type { BucketAccess } from './bucket-access.ts';
import { discardIncompleteUploads } from './discard-incomplete-uploads.ts';
import { checkImport, importObject } from './import-object.ts';
import { listObjects } from './list-objects.ts';
import { openObject } from './open-object.ts';
import { presignGet } from './presign-get.ts';
import {
  type ResolvedS3ArtifactStoreOptions,
  resolveS3ArtifactStoreOptions,
  type S3ArtifactStoreOptions,
} from './s3-artifact-store-options.ts';
import { mayPass, toStoreError } from './s3-failure.ts';
import { S3Requests } from './s3-requests.ts';
import { spoolContent } from './spool-content.ts';
import { type ObjectUpload, uploadObject } from './upload-object.ts';

const maxNameBytes = 1_024;

interface Signalled {
  readonly signal?: AbortSignal | undefined;
}

/** An {@link ArtifactStore} in a bucket of S3 or of a server that speaks its protocol. */
export class S3ArtifactStore implements ArtifactStore, ObjectImports, PresignedUrls {
  readonly #options: ResolvedS3ArtifactStoreOptions;
  readonly #access: BucketAccess;
  readonly #calls = new CallsUnderWay('The artifact store');
  /** No key begins with a slash, so no artifact lies here. */
  readonly #incoming: string;

  /** Prefer {@link createS3ArtifactStore}. */
  constructor(options: S3ArtifactStoreOptions) {
    this.#options = resolveS3ArtifactStoreOptions(options);
    const { client, bucket, prefix } = this.#options;
    this.#access = { client, bucket, requests: new S3Requests(this.#options) };
    this.#incoming = `${prefix}/incoming/`;
  }

  async put(
    key: ArtifactKey,
    content: AsyncIterable<Uint8Array>,
    { signal, mediaType = 'application/octet-stream', expected }: PutOptions = {},
  ): Promise<StoredArtifact> {
    parseArtifactKey(key);
    const meter = new ContentMeter(expected);
    const { replay, spoolDirectory: directory, tries, retryDelayMs: baseDelayMs } = this.#options;
    return await this.#run(signal, async (callSignal) => {
      const name = this.#nameOf(key);
      const upload: ObjectUpload = {
        ...this.#access,
        name,
        mediaType,
        expected,
        options: this.#options,
        signal: callSignal,
      };
      if (replay === 'none') return { key, ...(await uploadObject(content, upload)) };
      return await spoolContent(content, { directory, meter, signal: callSignal }, async ({ read, ...measured }) => {
        const once = async (): Promise<unknown> => await uploadObject(read(), { ...upload, expected: measured });
        await tryAgain(once, { tries, baseDelayMs, when: mayPass, signal: callSignal });
        return { key, ...measured };
      });
    });
  }

  async get(key: ArtifactKey, { range, verify, signal }: GetOptions = {}): Promise<ArtifactContent> {
    parseArtifactKey(key);
    checkByteRange(range);
    const verified = VerifiedBody.meterFor({ range, verify });
    const { idleTimeoutMs } = this.#options;
    const call = this.#calls.begin(signal);
    try {
      const { body, ...sizes } = await openObject(this.#access, this.#nameOf(key), { range, call, idleTimeoutMs });
      return { ...sizes, body: VerifiedBody.wrap(body, verified) };
    } catch (error) {
      call.end();
      throw toStoreError(error);
    }
  }

  async head(key: ArtifactKey, { signal }: Signalled = {}): Promise<ArtifactHead> {
    parseArtifactKey(key);
    const { client, requests, bucket: Bucket } = this.#access;
    const command = new HeadObjectCommand({ Bucket, Key: this.#nameOf(key) });
    return await this.#run(signal, async (callSignal) => {
      const answer = await requests.repeat(callSignal, (options) => client.send(command, options));
      const { ContentLength: byteSize = 0, LastModified: modifiedAt = new Date(0), ETag: etag } = answer;
      return toHead(key, { byteSize, modifiedAt, etag });
    });
  }

  async delete(key: ArtifactKey, { signal }: Signalled = {}): Promise<void> {
    parseArtifactKey(key);
    const { client, requests, bucket: Bucket } = this.#access;
    const command = new DeleteObjectCommand({ Bucket, Key: this.#nameOf(key) });
    await this.#run(signal, async (callSignal) => {
      await requests.repeat(callSignal, (options) => client.send(command, options));
    });
  }

  async *list({
    prefix = '',
    signal,
  }: Signalled & { readonly prefix?: string | undefined } = {}): AsyncGenerator<ArtifactHead, void, undefined> {
    this.#calls.check(signal);
    // No key begins so: some servers refuse to look for what can't be in a name.
    if (!isKey(prefix) && !isKey(`${prefix}x`)) return;
    const run = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => await this.#run(signal, work);
    const namePrefix = `${this.#options.prefix}${prefix}`;
    if (Buffer.byteLength(namePrefix) > maxNameBytes) return;
    for await (const { name, ...object } of listObjects(this.#access, namePrefix, run)) {
      this.#calls.check(signal);
      const key = name.slice(this.#options.prefix.length);
      if (isKey(key)) yield toHead(key, object);
    }
  }

  /** Also removes what imports of killed processes left behind. */
  async discardIncomplete(options: DiscardIncompleteOptions): Promise<number> {
    const which = resolveDiscardIncomplete(options);
    const { prefix } = this.#options;
    return await this.#run(options.signal, async (signal) => {
      return await discardIncompleteUploads(this.#access, { ...which, prefix, incoming: this.#incoming, signal });
    });
  }

  async presignGet(key: ArtifactKey, options: PresignGetOptions): Promise<string> {
    parseArtifactKey(key);
    const { client, bucket } = this.#access;
    return await this.#run(
      undefined,
      async () => await presignGet(client, { bucket, name: this.#nameOf(key) }, options),
    );
  }

  /**
   * Makes an object that is already in one of `importBuckets` an artifact. The server copies it, this
   * process reads the copy once to verify it, and only what was verified gets the key.
   *
   * @throws PubpipeError `INVALID_INPUT` when the bucket is none of `importBuckets`.
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when there is no such object.
   * @throws PubpipeError `CONTENT_MISMATCH` when it is not what is expected; the key holds what it held before.
   */
  async importObject(options: ImportObjectOptions): Promise<StoredArtifact> {
    const { prefix, idleTimeoutMs, importBuckets } = this.#options;
    checkImport(options, importBuckets);
    return await this.#run(options.signal, async (signal) => {
      const beginCall = () => this.#calls.begin(signal);
      const target = { ...this.#access, prefix, incoming: this.#incoming, idleTimeoutMs, beginCall, signal };
      return { key: options.as, ...(await importObject(options, target)) };
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

  #nameOf(key: string): string {
    const name = `${this.#options.prefix}${key}`;
    if (Buffer.byteLength(name) <= maxNameBytes) return name;
    throw new PubpipeError('INVALID_INPUT', `Prefix and key have more than ${maxNameBytes} bytes, the most of S3.`);
  }
}

/**
 * Creates an artifact store in a bucket. Nothing is asked of the server before the first call.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option can't be used.
 */
export function createS3ArtifactStore(options: S3ArtifactStoreOptions): S3ArtifactStore {
  return new S3ArtifactStore(options);
}

function toHead(
  key: ArtifactKey,
  { byteSize, modifiedAt, etag }: { byteSize: number; modifiedAt: Date; etag: string | undefined },
): ArtifactHead {
  // Listings tell milliseconds, HeadObject whole seconds.
  const seconds = Math.trunc(modifiedAt.getTime() / 1_000);
  return {
    key,
    byteSize,
    modifiedAt: seconds * 1_000,
    etag: (etag ?? '').replaceAll('"', ''),
  };
}

function isKey(text: string): text is ArtifactKey {
  try {
    parseArtifactKey(text);
    return true;
  } catch {
    // Somebody else's object: the store has never made one of this name.
    return false;
  }
}
