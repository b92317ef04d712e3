import type { TextEdit } from '../../protocol/edits.ts';

/** Where text in one format ends and that in another begins; in UTF-16 units, in order, with the ends of the text. */
export type FormatBounds = readonly number[];

/**
 * The edits that leave a place of the text empty for good: another record that is made in the same document must leave it
 * empty too. Undefined where no other can be made at all.
 *
 * What is put into a text gets the format of the character before which it is put: the first that an edit has left in its
 * place, or where it left none the next one. It has to be the one format that the template has of all that was taken away
 * there; and the ends of paragraphs have formats too.
 */
export function spentPlaces(edits: readonly TextEdit[], bounds: FormatBounds): readonly TextEdit[] | undefined {
  const byBegin = new Map(edits.map((edit) => [edit.at, edit]));
  const boundAfter = (at: number) => bounds.find((place) => place > at) ?? at;
  const isWhole = ({ at, remove, insert }: TextEdit) => at + remove <= boundAfter(at) && !insert.includes('\r');
  if (!edits.every(isWhole)) return undefined;
  return edits.filter(({ at, remove, insert }) => {
    const bound = boundAfter(at);
    let next = at + remove;
    let left = insert;
    while (left === '' && next < bound) {
      const edit = byBegin.get(next);
      if (edit === undefined) return false;
      left = edit.insert;
      next += edit.remove;
    }
    return left === '';
  });
}
