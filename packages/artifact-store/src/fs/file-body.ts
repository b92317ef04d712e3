import type { ReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { type ByteSpan, type CallUnderWay, cancelled, type ErrorCode, PubpipeError } from '@pubpipe/core';

const readSizeBytes = 256 * 1024;

/** What a {@link FileBody} reads, and for whom. */
export interface FileBodySource {
  /** Closed by the body. */
  readonly handle: FileHandle;
  readonly span: ByteSpan;
  /** Ended by the body once the file is closed; its abort closes the file. */
  readonly call: CallUnderWay;
  /** Turns a failure of the disk into an error of the port. */
  readonly toError: (error: unknown) => PubpipeError;
  /** What it means when the file ends before the span does. */
  readonly cutShort: ErrorCode;
}

/**
 * Yields a span of an open file, once. The file is closed before the last answer: at the end, on an
 * error, on an abort, and when the reader leaves, also if it never began to read.
 */
export class FileBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #source: FileBodySource;
  readonly #stream: ReadStream;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #closed: Promise<void>;
  #missingBytes: number;
  #ended = false;

  constructor(source: FileBodySource) {
    const { handle, span, call } = source;
    this.#source = source;
    this.#missingBytes = span.contentLength;
    // Where there is nothing to read, reading one byte finds the end at once.
    const end = span.start + Math.max(span.contentLength, 1) - 1;
    this.#stream = handle.createReadStream({ start: span.start, end, highWaterMark: readSizeBytes });
    this.#chunks = this.#stream[Symbol.asyncIterator]();
    this.#closed = new Promise((resolve) => {
      this.#stream.once('close', () => {
        call.end();
        resolve();
      });
    });
    // The reader hears of errors from next(), which it may not have called yet.
    this.#stream.on('error', () => {});
    call.signal.addEventListener('abort', () => this.#stream.destroy(), { once: true });
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    let failure: unknown;
    try {
      const result = this.#ended ? undefined : await this.#chunks.next();
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
    this.#stream.destroy();
    await this.#closed;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #end(failure: unknown): Promise<IteratorReturnResult<undefined>> {
    await this.#closed;
    if (this.#ended) return { done: true, value: undefined };
    this.#ended = true;
    const { call, toError, cutShort } = this.#source;
    if (call.signal.aborted) throw cancelled(call.signal);
    if (failure !== undefined) throw toError(failure);
    if (this.#missingBytes === 0) return { done: true, value: undefined };
    throw new PubpipeError(cutShort, 'The file was cut short by somebody else while it was read.', {
      details: { missingBytes: this.#missingBytes },
    });
  }
}
