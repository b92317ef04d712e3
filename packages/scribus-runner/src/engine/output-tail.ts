/** Keeps the end of what a process prints, in bounded memory. */
export class OutputTail {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #dropped = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds output. Memory stays below twice the bound, plus one piece. */
  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes > 2 * this.#maxBytes) this.#shorten();
  }

  /** The end of the output, as text; it begins with `…` when there was more. */
  text(): string {
    this.#shorten();
    const [tail = Buffer.alloc(0)] = this.#pieces;
    return `${this.#dropped ? '…' : ''}${tail.toString('utf8')}`.trimEnd();
  }

  #shorten(): void {
    const all = Buffer.concat(this.#pieces);
    // Copied, because a part of a buffer keeps the whole of it alive.
    const tail = Buffer.from(all.subarray(Math.max(0, all.length - this.#maxBytes)));
    this.#dropped ||= tail.length < all.length;
    this.#pieces = [tail];
    this.#bytes = tail.length;
  }
}
