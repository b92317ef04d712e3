import type { Readable } from 'node:stream';
import { type CallUnderWay, cancelled, PubpipeError } from '@pubpipe/core';
import { toStoreError } from './s3-failure.ts';

/** What an {@link ObjectBody} reads, and for whom. */
export interface ObjectBodySource {
  readonly stream: Readable;
  /** What the server said the stream would hold. */
  readonly contentLength: number;
  /** Ends the request, and with it the connection if there is something left to come. */
  readonly request: AbortController;
  /** Ended by the body once the connection is free; its abort ends the request. */
  readonly call: CallUnderWay;
  readonly idleTimeoutMs: number;
}

/**
 * Yields the answer to a GetObject, once. The connection is free before the last answer: at the end,
 * on an error, on an abort, and when the reader leaves, also if it never began to read.
 */
export class ObjectBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #source: ObjectBodySource;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #closed: Promise<void>;
  #missingBytes: number;
  #isIdle = false;
  #ended = false;

  constructor(source: ObjectBodySource) {
    const { stream, contentLength, call } = source;
    this.#source = source;
    this.#missingBytes = contentLength;
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#closed = new Promise((resolve) => {
      stream.once('close', () => {
        call.end();
        resolve();
      });
    });
    // The reader hears of errors from next(), which it may not have called yet.
    stream.on('error', () => {});
    call.signal.addEventListener('abort', () => this.#release(), { once: true });
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    let failure: unknown;
    try {
      const result = this.#ended ? undefined : await this.#pull();
      if (result !== undefined && result.done !== true) {
        this.#missingBytes -= result.value.byteLength;
        return result;
      }
    } catch (error) {
      failure = error;
    }
    return await this.#end(failure);
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#ended = true;
    this.#release();
    await this.#closed;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next chunk. Only while somebody waits for it, the server must not be idle: a reader may be slow. */
  async #pull(): Promise<IteratorResult<Uint8Array>> {
    const timer = setTimeout(() => {
      this.#isIdle = true;
      this.#release();
    }, this.#source.idleTimeoutMs);
    try {
      return await this.#chunks.next();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the request as well: a stream that checks what passes does not hand its end on to the connection. */
  #release(): void {
    const { stream, request } = this.#source;
    request.abort();
    stream.destroy();
  }

  async #end(failure: unknown): Promise<IteratorReturnResult<undefined>> {
    if (failure !== undefined) this.#release();
    await this.#closed;
    const { call, idleTimeoutMs } = this.#source;
    if (this.#ended) return { done: true, value: undefined };
    this.#ended = true;
    if (call.signal.aborted) throw cancelled(call.signal);
    if (this.#isIdle) throw cutShort(`sent nothing for ${idleTimeoutMs} ms`, { idleTimeoutMs }, failure);
    const missingBytes = this.#missingBytes;
    if (missingBytes !== 0) throw cutShort('ended the connection before the last byte', { missingBytes }, failure);
    if (failure !== undefined) throw toStoreError(failure);
    return { done: true, value: undefined };
  }
}

function cutShort(what: string, details: Readonly<Record<string, unknown>>, cause: unknown): PubpipeError {
  return new PubpipeError('STORE_UNAVAILABLE', `The S3 server ${what}.`, { details, cause });
}
