import type { FileHandle } from 'node:fs/promises';

const bufferBytes = 64 * 1024;

/** Reads a file from its beginning, in bounded memory. */
export class ByteReader {
  readonly #file: FileHandle;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** The next `count` bytes, fewer at the end of the file. Only for small counts. */
  async take(count: number): Promise<Buffer> {
    while (this.#buffer.length < count && (await this.#fill()));
    return this.#cut(count);
  }

  /** The next `count` bytes in pieces, fewer at the end of the file. */
  async *pieces(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.#buffer.length === 0 && !(await this.#fill())) return;
      const piece = this.#cut(left);
      left -= piece.length;
      yield piece;
    }
  }

  /** Puts bytes that were taken back in front of what comes next. */
  giveBack(bytes: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? bytes : Buffer.concat([bytes, this.#buffer]);
  }

  #cut(count: number): Buffer {
    const bytes = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return bytes;
  }

  async #fill(): Promise<boolean> {
    const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(bufferBytes), 0, bufferBytes);
    this.#buffer = Buffer.concat([this.#buffer, buffer.subarray(0, bytesRead)]);
    return bytesRead > 0;
  }
}
