import type { FrameEdits } from '../protocol/edits.ts';

/**
 * What the records of one document have left in it for good: places of its texts that are empty, and frames that are
 * removed. A record can only be made of it where it leaves the same.
 */
export class SpentEdits {
  readonly #spent = new Set<string>();

  /** How much that is. */
  get size(): number {
    return this.#spent.size;
  }

  /** Whether a record with these edits can be made. */
  allows(frames: readonly FrameEdits[]): boolean {
    const left = new Set(emptied(frames));
    return [...this.#spent].every((place) => left.has(place));
  }

  /** Adds what a record has left. */
  add(spent: readonly FrameEdits[]): void {
    for (const place of emptied(spent)) this.#spent.add(place);
  }
}

function* emptied(frames: readonly FrameEdits[]): Generator<string> {
  for (const { frame, removed, edits } of frames) {
    if (removed) yield `${frame}`;
    for (const { at, remove, insert } of edits) if (insert === '') yield `${frame} ${at} ${remove}`;
  }
}
