import type { TextEdit } from '../../protocol/edits.ts';

/** Where text in one format ends and that in another begins; in UTF-16 units, in order, with the ends of the text. */
export type FormatBounds = readonly number[];

/**
 * Whether the edits of one record can be replaced by those of another in the same document. What is put into a text gets
 * the format of the character before which it is put: the first that an edit has left in its place, or where it left none
 * the next one. It has to be the one format that the template has of all that was taken away there; and the ends of
 * paragraphs have formats too.
 */
export function areRepeatable(edits: readonly TextEdit[], bounds: FormatBounds): boolean {
  const byBegin = new Map(edits.map((edit) => [edit.at, edit]));
  return edits.every(({ at, remove, insert }) => {
    const bound = bounds.find((place) => place > at) ?? at;
    if (at + remove > bound || insert.includes('\r')) return false;
    let next = at + remove;
    let left = insert;
    while (left === '' && next < bound) {
      const edit = byBegin.get(next);
      if (edit === undefined) return true;
      left = edit.insert;
      next += edit.remove;
    }
    return left !== '';
  });
}
