import { PubpipeError, throwIfCancelled } from '../errors/pubpipe-error.ts';
import { type ArtifactKey, parseArtifactKey } from '../ports/artifact-key.ts';
import type {
  ArtifactContent,
  ArtifactHead,
  ArtifactStore,
  DiscardIncompleteOptions,
  GetOptions,
  PutOptions,
  StoredArtifact,
} from '../ports/artifact-store.ts';
import { checkByteRange, toByteSpan } from '../storing/byte-span.ts';
import { CallsUnderWay } from '../storing/calls-under-way.ts';
import { ContentMeter } from '../storing/content-meter.ts';
import { pullContent } from '../storing/pull-content.ts';
import { resolveDiscardIncomplete } from '../storing/resolve-discard-incomplete.ts';
import { VerifiedBody } from '../storing/verified-body.ts';
import { MemoryBody } from './memory-body.ts';

/** Options of {@link createMemoryArtifactStore}. */
export interface MemoryArtifactStoreOptions {
  /** Bytes that fit in, those of uploads under way included. @defaultValue Infinity */
  readonly maxBytes?: number | undefined;
}

interface MemoryArtifact extends ArtifactHead {
  readonly chunks: readonly Uint8Array[];
}

/** An {@link ArtifactStore} in the memory of this process, for tests and first steps. */
class MemoryArtifactStore implements ArtifactStore {
  readonly #maxBytes: number;
  readonly #artifacts = new Map<ArtifactKey, MemoryArtifact>();
  readonly #calls = new CallsUnderWay('The artifact store');
  #usedBytes = 0;

  constructor({ maxBytes = Number.POSITIVE_INFINITY }: MemoryArtifactStoreOptions = {}) {
    if (!(typeof maxBytes === 'number' && maxBytes >= 0))
      throw new PubpipeError('INVALID_INPUT', 'maxBytes must be a number, 0 or more.');
    this.#maxBytes = maxBytes;
  }

  async put(
    key: ArtifactKey,
    content: AsyncIterable<Uint8Array>,
    { signal, expected }: PutOptions = {},
  ): Promise<StoredArtifact> {
    parseArtifactKey(key);
    const meter = new ContentMeter(expected);
    return await this.#calls.run(signal, async (callSignal) => {
      const chunks: Uint8Array[] = [];
      let reservedBytes = 0;
      try {
        for await (const chunk of pullContent(content, callSignal)) {
          this.#reserve(chunk.byteLength);
          reservedBytes += chunk.byteLength;
          meter.add(chunk);
          // A copy: the producer may use its buffer again.
          if (chunk.byteLength > 0) chunks.push(new Uint8Array(chunk));
        }
        const { byteSize, sha256 } = meter.finish();
        throwIfCancelled(callSignal);
        this.#usedBytes -= this.#artifacts.get(key)?.byteSize ?? 0;
        this.#artifacts.set(key, { key, byteSize, modifiedAt: Date.now(), etag: sha256, chunks });
        reservedBytes = 0;
        return { key, byteSize, sha256 };
      } finally {
        this.#usedBytes -= reservedBytes;
      }
    });
  }

  async get(key: ArtifactKey, { range, verify, signal }: GetOptions = {}): Promise<ArtifactContent> {
    parseArtifactKey(key);
    checkByteRange(range);
    const verified = VerifiedBody.meterFor({ range, verify });
    this.#calls.check(signal);
    const { byteSize, chunks } = this.#find(key);
    const span = toByteSpan(range, byteSize);
    const body = new MemoryBody(chunks, span, this.#calls.begin(signal));
    return { byteSize, contentLength: span.contentLength, body: VerifiedBody.wrap(body, verified) };
  }

  async head(key: ArtifactKey, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<ArtifactHead> {
    parseArtifactKey(key);
    this.#calls.check(signal);
    const { byteSize, modifiedAt, etag } = this.#find(key);
    return { key, byteSize, modifiedAt, etag };
  }

  async delete(key: ArtifactKey, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    parseArtifactKey(key);
    this.#calls.check(signal);
    this.#usedBytes -= this.#artifacts.get(key)?.byteSize ?? 0;
    this.#artifacts.delete(key);
  }

  async *list({
    prefix = '',
    signal,
  }: {
    readonly prefix?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {}): AsyncGenerator<ArtifactHead, void, undefined> {
    this.#calls.check(signal);
    for (const { key, byteSize, modifiedAt, etag } of this.#artifacts.values()) {
      this.#calls.check(signal);
      if (key.startsWith(prefix)) yield { key, byteSize, modifiedAt, etag };
    }
  }

  /** An upload that ended early leaves nothing in memory: there is never anything to discard. */
  async discardIncomplete(options: DiscardIncompleteOptions): Promise<number> {
    resolveDiscardIncomplete(options);
    this.#calls.check(options.signal);
    return 0;
  }

  async close(): Promise<void> {
    await this.#calls.close();
    this.#artifacts.clear();
  }

  #reserve(bytes: number): void {
    if (this.#usedBytes + bytes > this.#maxBytes) {
      throw new PubpipeError('STORE_FULL', `The artifact store has no room beyond its ${this.#maxBytes} bytes.`, {
        details: { maxBytes: this.#maxBytes },
      });
    }
    this.#usedBytes += bytes;
  }

  #find(key: ArtifactKey): MemoryArtifact {
    const artifact = this.#artifacts.get(key);
    if (artifact !== undefined) return artifact;
    throw new PubpipeError('ARTIFACT_NOT_FOUND', 'There is no artifact under this key.', { details: { key } });
  }
}

/**
 * Creates an artifact store in the memory of this process, for tests and first steps.
 *
 * @throws PubpipeError `INVALID_INPUT` when `maxBytes` is not a number of 0 or more.
 */
export function createMemoryArtifactStore(options?: MemoryArtifactStoreOptions): ArtifactStore {
  return new MemoryArtifactStore(options);
}
