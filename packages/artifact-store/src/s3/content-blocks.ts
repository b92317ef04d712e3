import { type ContentMeter, type MeasuredContent, PubpipeError } from '@pubpipe/core';

const firstCapacityBytes = 256 * 1024;

/** What {@link ContentBlocks} cuts, and how. */
export interface ContentBlocksOptions {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly meter: ContentMeter;
  readonly partSizeBytes: number;
  readonly maxObjectBytes: number;
}

/**
 * Content as lib-storage uploads it with the least memory, measured on the way.
 *
 * lib-storage keeps the chunks of a part until it is full: views of a producer's pooled buffers keep
 * these alive many times over (https://github.com/aws/aws-sdk-js-v3/issues/8286). So the bytes are
 * copied together here. A first block of one byte more than a part is handed on as it is, as a part
 * or as the whole of a small artifact; each further block of the size of a part completes a part of
 * which lib-storage makes a copy of its own, so that one buffer serves for all of them.
 *
 * The digest and the length are compared before the blocks end. What is wrong makes the last pull
 * fail, and lib-storage never comes to the request that would make the artifact visible.
 */
export class ContentBlocks implements AsyncIterable<Uint8Array> {
  readonly #options: ContentBlocksOptions;
  #reused: Uint8Array | undefined;
  #measured: MeasuredContent | undefined;

  constructor(options: ContentBlocksOptions) {
    this.#options = options;
  }

  /** Length and digest, once the content has ended and is what was expected. */
  get measured(): MeasuredContent | undefined {
    return this.#measured;
  }

  /** Whether these bytes will be overwritten by the next block. */
  isReused(bytes: Uint8Array): boolean {
    return bytes.buffer === this.#reused?.buffer;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const { chunks, meter, partSizeBytes } = this.#options;
    let block = new Block(partSizeBytes + 1, firstCapacityBytes);
    for await (const chunk of chunks) {
      meter.add(chunk);
      this.#checkSize(meter.byteSize);
      for (let taken = 0; taken < chunk.byteLength; ) {
        if (block.isFull) {
          yield block.bytes();
          if (this.#reused === undefined) {
            block = new Block(partSizeBytes, partSizeBytes);
            this.#reused = block.bytes();
          } else block.empty();
        }
        taken += block.append(chunk, taken);
      }
    }
    this.#measured = meter.finish();
    yield block.bytes();
  }

  #checkSize(byteSize: number): void {
    const { maxObjectBytes } = this.#options;
    if (byteSize > maxObjectBytes) throw tooLarge(maxObjectBytes);
  }
}

/** The error for content that does not fit in the parts. */
export function tooLarge(maxObjectBytes: number): PubpipeError {
  const message = `The content is larger than ${maxObjectBytes} bytes, 10,000 times partSizeBytes.`;
  return new PubpipeError('INVALID_INPUT', message, { details: { maxObjectBytes } });
}

/** A buffer that is filled; it grows up to a limit, so that small artifacts cost little. */
class Block {
  readonly #maxBytes: number;
  #buffer: Buffer;
  #byteSize = 0;

  constructor(maxBytes: number, capacity: number) {
    this.#maxBytes = maxBytes;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(capacity, maxBytes));
  }

  get isFull(): boolean {
    return this.#byteSize === this.#maxBytes;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#byteSize);
  }

  empty(): void {
    this.#byteSize = 0;
  }

  /** Copies as many bytes of `chunk` from `start` on as fit in, and says how many. */
  append(chunk: Uint8Array, start: number): number {
    const wanted = Math.min(chunk.byteLength - start, this.#maxBytes - this.#byteSize);
    if (this.#byteSize + wanted > this.#buffer.byteLength) this.#grow(this.#byteSize + wanted);
    this.#buffer.set(chunk.subarray(start, start + wanted), this.#byteSize);
    this.#byteSize += wanted;
    return wanted;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.min(Math.max(needed, this.#buffer.byteLength * 4), this.#maxBytes));
    grown.set(this.bytes());
    this.#buffer = grown;
  }
}
