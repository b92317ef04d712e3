import type { TextEdit } from '../../protocol/edits.ts';

/** Where text in one format ends and that in another begins; in UTF-16 units, in order, with the ends of the text. */
export type FormatBounds = readonly number[];

/**
 * The edits after which the text of the template can't be had back in a place, so that another record that is made in the
 * same document must edit it too; and where nothing is left, must leave nothing.
 *
 * What is put into a text gets the format of the character before which it is put: the first that an edit has left in its
 * place, or where it left none the next one. It has to be the one format that the template has of all that was taken away
 * there; and the ends of paragraphs have formats too.
 */
export function spentPlaces(edits: readonly TextEdit[], bounds: FormatBounds): readonly TextEdit[] {
  const byBegin = new Map(edits.map((edit) => [edit.at, edit]));
  return edits.filter(({ at, remove, insert }) => {
    const bound = bounds.find((place) => place > at) ?? at;
    let next = at + remove;
    if (insert !== '') return next > bound;
    while (next < bound) {
      const edit = byBegin.get(next);
      if (edit === undefined || edit.insert !== '') return false;
      next += edit.remove;
    }
    return true;
  });
}
