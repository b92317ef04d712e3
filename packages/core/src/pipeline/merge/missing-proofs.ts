import type { RecordRange } from '../../ports/merger.ts';

/** Knows of which records there are to be proofs, and are none. */
export class MissingProofs {
  readonly #missing: Set<number>;

  constructor(records: readonly number[]) {
    this.#missing = new Set(records);
  }

  /** Notes a document that was rendered, and so has its proofs. */
  pass({ first, last }: RecordRange): void {
    for (let record = first; record <= last; record += 1) this.#missing.delete(record);
  }

  /** The records, in their order. */
  list(): readonly number[] {
    return [...this.#missing].toSorted((a, b) => a - b);
  }
}
