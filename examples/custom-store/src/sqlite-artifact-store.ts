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
  type PutOptions,
  parseArtifactKey,
  pullContent,
  resolveDiscardIncomplete,
  type StoredArtifact,
  throwIfCancelled,
  toByteSpan,
  VerifiedBody,
} from '@pubpipe/core';
import { ArtifactRows } from './artifact-rows.ts';
import { BlockWriter } from './block-writer.ts';
import { openConnection } from './open-connection.ts';
import { SnapshotBody } from './snapshot-body.ts';
import { translated } from './sqlite-failure.ts';

/** Options of {@link createSqliteArtifactStore}. */
export interface SqliteArtifactStoreOptions {
  /** The database file; it is made when it is missing. Several processes of one machine may share it. */
  readonly file: string;
}

interface Signalled {
  readonly signal?: AbortSignal | undefined;
}

/** An {@link ArtifactStore} in a SQLite file: content lies there in blocks, and a read is a snapshot of its own. */
class SqliteArtifactStore implements ArtifactStore {
  readonly #file: string;
  readonly #connection: ReturnType<typeof openConnection>;
  readonly #rows: ArtifactRows;
  readonly #calls = new CallsUnderWay('The artifact store');
  readonly #uploads = new Set<string>();

  constructor({ file }: SqliteArtifactStoreOptions) {
    this.#file = file;
    this.#connection = translated(() => openConnection(file));
    this.#rows = new ArtifactRows(this.#connection);
  }

  async put(
    key: ArtifactKey,
    content: AsyncIterable<Uint8Array>,
    { signal, expected }: PutOptions = {},
  ): Promise<StoredArtifact> {
    parseArtifactKey(key);
    const meter = new ContentMeter(expected);
    return await this.#calls.run(signal, async (callSignal) => {
      const chunks = pullContent(content, callSignal);
      const contentId = translated(() => this.#rows.beginContent());
      this.#uploads.add(contentId);
      try {
        const writer = new BlockWriter((number, bytes) => this.#rows.addBlock(contentId, number, bytes));
        for await (const chunk of chunks) {
          meter.add(chunk);
          translated(() => writer.add(chunk));
        }
        translated(() => writer.finish());
        const measured = meter.finish();
        throwIfCancelled(callSignal);
        // One transaction: a reader sees the old artifact or the new one.
        translated(() => this.#rows.publish(key, { contentId, ...measured }));
        return { key, ...measured };
      } catch (error) {
        translated(() => this.#rows.removeContent(contentId));
        throw error;
      } finally {
        this.#uploads.delete(contentId);
      }
    });
  }

  async get(key: ArtifactKey, { range, verify, signal }: GetOptions = {}): Promise<ArtifactContent> {
    parseArtifactKey(key);
    checkByteRange(range);
    const meter = VerifiedBody.meterFor({ range, verify });
    const call = this.#calls.begin(signal);
    try {
      return translated(() => {
        const { byteSize, body } = SnapshotBody.open(this.#file, key, {
          call,
          toSpan: (size) => toByteSpan(range, size),
        });
        return { byteSize, contentLength: body.contentLength, body: VerifiedBody.wrap(body, meter) };
      });
    } catch (error) {
      call.end();
      throw error;
    }
  }

  async head(key: ArtifactKey, { signal }: Signalled = {}): Promise<ArtifactHead> {
    parseArtifactKey(key);
    this.#calls.check(signal);
    return translated(() => this.#rows.head(key));
  }

  async delete(key: ArtifactKey, { signal }: Signalled = {}): Promise<void> {
    parseArtifactKey(key);
    this.#calls.check(signal);
    translated(() => this.#rows.remove(key));
  }

  async *list({
    prefix = '',
    signal,
  }: Signalled & { readonly prefix?: string | undefined } = {}): AsyncGenerator<ArtifactHead, void, undefined> {
    let after: string | undefined;
    for (;;) {
      this.#calls.check(signal);
      const page = translated(() => this.#rows.page(prefix, after));
      if (page.length === 0) return;
      for (const head of page) {
        this.#calls.check(signal);
        yield head;
      }
      after = page.at(-1)?.key;
    }
  }

  async discardIncomplete(options: DiscardIncompleteOptions): Promise<number> {
    const { olderThanMs, limit } = resolveDiscardIncomplete(options);
    this.#calls.check(options.signal);
    return translated(() => this.#rows.discard({ begunBefore: Date.now() - olderThanMs, limit, spare: this.#uploads }));
  }

  async close(): Promise<void> {
    await this.#calls.close();
    this.#connection.close();
  }
}

/**
 * Creates an artifact store in a SQLite file.
 *
 * @throws PubpipeError `STORE_UNAVAILABLE` when the file can't be opened.
 */
export function createSqliteArtifactStore(options: SqliteArtifactStoreOptions): ArtifactStore {
  return new SqliteArtifactStore(options);
}
