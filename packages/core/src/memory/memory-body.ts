import { cancelled } from '../errors/pubpipe-error.ts';
import type { ByteSpan } from '../storing/byte-span.ts';
import type { CallUnderWay } from '../storing/calls-under-way.ts';

/** Yields a span of chunks as copies, and fails when its call is aborted before the end. */
export class MemoryBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #call: CallUnderWay;
  readonly #parts: Iterator<Uint8Array>;

  constructor(chunks: readonly Uint8Array[], span: ByteSpan, call: CallUnderWay) {
    this.#call = call;
    this.#parts = partsOf(chunks, span);
    // An abort is all that closing waits for: the rest is only memory.
    call.signal.addEventListener('abort', () => call.end(), { once: true });
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#call.signal.aborted) throw cancelled(this.#call.signal);
    const part = this.#parts.next();
    return part.done === true ? await this.return() : part;
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#parts.return?.();
    this.#call.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function* partsOf(chunks: readonly Uint8Array[], { start, contentLength }: ByteSpan): Generator<Uint8Array> {
  let skip = start;
  let left = contentLength;
  for (const chunk of chunks) {
    if (left === 0) return;
    const part = chunk.slice(skip, skip + left);
    skip = Math.max(0, skip - chunk.byteLength);
    left -= part.byteLength;
    if (part.byteLength > 0) yield part;
  }
}
