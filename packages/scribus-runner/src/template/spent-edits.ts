import type { FrameEdits } from '../protocol/edits.ts';

/** What there is in a place of an edited document: nothing any more, or something else than in the template. */
type Left = 'nothing' | 'something';

/**
 * What the records of one document have left in it for good: places of its texts that the template's text can't come back
 * to, and frames that are removed. Another record can only be made of it where it edits the same places, and leaves nothing
 * where nothing is.
 */
export class SpentEdits {
  readonly #spent = new Map<string, Left>();

  /** In how many places. */
  get size(): number {
    return this.#spent.size;
  }

  /** Whether a record with these edits can be made. */
  allows(frames: readonly FrameEdits[]): boolean {
    const edited = new Map(placesOf(frames));
    return [...this.#spent].every(([place, left]) => {
      const wanted = edited.get(place);
      return wanted !== undefined && (left === 'something' || wanted === 'nothing');
    });
  }

  /** Adds what a record has left. */
  add(spent: readonly FrameEdits[]): void {
    for (const [place, left] of placesOf(spent)) this.#spent.set(place, left);
  }
}

function* placesOf(frames: readonly FrameEdits[]): Generator<[string, Left]> {
  for (const { frame, removed, edits } of frames) {
    if (removed) yield [`${frame}`, 'nothing'];
    for (const { at, remove, insert } of edits)
      yield [`${frame} ${at} ${remove}`, insert === '' ? 'nothing' : 'something'];
  }
}
