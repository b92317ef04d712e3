/** Length of every block but the last of a content. */
export const blockBytes = 256 * 1024;

/** Gathers chunks of any length to blocks: never more than one block is in memory. */
export class BlockWriter {
  readonly #write: (number: number, bytes: Uint8Array) => void;
  readonly #block = new Uint8Array(blockBytes);
  #filled = 0;
  #number = 0;

  constructor(write: (number: number, bytes: Uint8Array) => void) {
    this.#write = write;
  }

  add(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.byteLength; ) {
      const part = chunk.subarray(from, from + blockBytes - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.byteLength;
      from += part.byteLength;
      if (this.#filled === blockBytes) this.finish();
    }
  }

  /** Writes what is left. */
  finish(): void {
    if (this.#filled === 0) return;
    this.#write(this.#number, this.#block.subarray(0, this.#filled));
    this.#number += 1;
    this.#filled = 0;
  }
}
