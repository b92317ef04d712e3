import { fstatSync, readSync } from 'node:fs';

const blockBytes = 16 * 1024;
const maxBlocks = 64;

/** The bytes of an open file, read where they are needed. */
export class PdfBytes {
  readonly descriptor: number;
  /** Length of the file in bytes. */
  readonly size: number;
  readonly #blocks = new Map<number, Buffer>();

  constructor(descriptor: number) {
    this.descriptor = descriptor;
    this.size = fstatSync(descriptor).size;
  }

  /** The `length` bytes from `offset`, fewer at the end of the file. */
  read(offset: number, length: number): Buffer {
    const index = Math.floor(offset / blockBytes);
    const start = offset - index * blockBytes;
    if (start + length > blockBytes) return this.readOnce(offset, length);
    return this.#block(index).subarray(start, start + length);
  }

  /** The same, without keeping what is around them. */
  readOnce(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - offset)));
    let count = 0;
    while (count < buffer.length) {
      const bytesRead = readSync(this.descriptor, buffer, count, buffer.length - count, offset + count);
      if (bytesRead === 0) break;
      count += bytesRead;
    }
    return buffer.subarray(0, count);
  }

  #block(index: number): Buffer {
    const known = this.#blocks.get(index);
    if (known !== undefined) return known;
    const block = this.readOnce(index * blockBytes, blockBytes);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size >= maxBlocks && oldest !== undefined) this.#blocks.delete(oldest);
    this.#blocks.set(index, block);
    return block;
  }
}
