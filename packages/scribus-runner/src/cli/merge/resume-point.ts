/** Knows up to where all records have ended: documents end in any order. */
export class ResumePoint {
  /** Documents that ended before one that comes earlier: their last records by their first. */
  readonly #ahead = new Map<number, number>();
  #at: number;

  constructor(from: number) {
    this.#at = from;
  }

  /** The first record that has not ended. */
  get at(): number {
    return this.#at;
  }

  /** Notes that a document has ended. */
  pass({ first, last }: { readonly first: number; readonly last: number }): void {
    this.#ahead.set(first, last);
    for (let end = this.#ahead.get(this.#at); end !== undefined; end = this.#ahead.get(this.#at)) {
      this.#ahead.delete(this.#at);
      this.#at = end + 1;
    }
  }
}
