import { type ArtifactKey, type ByteSpan, type CallUnderWay, cancelled, PubpipeError } from '@pubpipe/core';
import type { Database, Statement } from 'better-sqlite3';
import { notFound } from './artifact-rows.ts';
import { blockBytes } from './block-writer.ts';
import { openConnection } from './open-connection.ts';
import { translated } from './sqlite-failure.ts';

interface ContentRow {
  readonly content_id: string;
  readonly byte_size: number;
}

/**
 * The bytes of an artifact as they were when it was opened: a read transaction on a connection of its own still sees them
 * when the key is overwritten or deleted meanwhile, by whichever process.
 */
export class SnapshotBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly contentLength: number;
  readonly #connection: Database;
  readonly #call: CallUnderWay;
  readonly #block: Statement<[string, number], { bytes: Uint8Array }>;
  readonly #contentId: string;
  readonly #end: number;
  #position: number;

  private constructor(connection: Database, { content_id }: ContentRow, span: ByteSpan, call: CallUnderWay) {
    this.contentLength = span.contentLength;
    this.#connection = connection;
    this.#call = call;
    this.#block = connection.prepare('SELECT bytes FROM blocks WHERE content_id = ? AND number = ?');
    this.#contentId = content_id;
    this.#position = span.start;
    this.#end = span.start + span.contentLength;
    call.signal.addEventListener('abort', () => this.#release(), { once: true });
  }

  /** @throws PubpipeError `ARTIFACT_NOT_FOUND`, and what `toSpan` throws; then nothing stays open. */
  static open(
    file: string,
    key: ArtifactKey,
    { call, toSpan }: { readonly call: CallUnderWay; readonly toSpan: (byteSize: number) => ByteSpan },
  ): { readonly byteSize: number; readonly body: SnapshotBody } {
    const connection = openConnection(file);
    try {
      connection.exec('BEGIN');
      const find = connection.prepare<[string], ContentRow>(
        'SELECT content_id, byte_size FROM artifacts WHERE key = ?',
      );
      const row = find.get(key) ?? notFound(key);
      return { byteSize: row.byte_size, body: new SnapshotBody(connection, row, toSpan(row.byte_size), call) };
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#call.signal.aborted) throw cancelled(this.#call.signal);
    if (this.#position >= this.#end || !this.#connection.open) return await this.return();
    const number = Math.floor(this.#position / blockBytes);
    const row = translated(() => this.#block.get(this.#contentId, number));
    if (row === undefined) throw new PubpipeError('STORE_UNAVAILABLE', 'A block of this artifact is not there.');
    const begin = number * blockBytes;
    const value = row.bytes.subarray(this.#position - begin, this.#end - begin);
    this.#position += value.byteLength;
    return { done: false, value };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#release();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Closing the connection ends its transaction. */
  #release(): void {
    this.#connection.close();
    this.#call.end();
  }
}
