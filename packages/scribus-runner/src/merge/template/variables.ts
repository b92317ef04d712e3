/** A piece of text in a template. */
export type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  /** `%VAR_name%`; `text` is how it is written. */
  | { readonly kind: 'variable'; readonly name: string; readonly text: string }
  /** `%SG_NEXT-RECORD%` */
  | { readonly kind: 'next'; readonly text: string };

const tokens = /%VAR_(?<name>[^%]{1,200})%|%SG_NEXT-RECORD%/g;
const plainName = /^[\p{L}\p{M}\p{N}_]*$/u;

/** Finds variables and record marks in a text. */
export function splitAtVariables(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index, 0: found, groups } of text.matchAll(tokens)) {
    if (index > from) pieces.push({ kind: 'literal', text: text.slice(from, index) });
    const name = groups?.['name'];
    pieces.push(name === undefined ? { kind: 'next', text: found } : { kind: 'variable', name, text: found });
    from = index + found.length;
  }
  if (from < text.length) pieces.push({ kind: 'literal', text: text.slice(from) });
  return pieces;
}

/** Whether a text has variables or record marks. */
export const hasVariables = (text: string): boolean => text.includes('%') && splitAtVariables(text).some(isToken);

const isToken = ({ kind }: Piece): boolean => kind !== 'literal';

/** Whether a variable of this name is taken away where the data has no such column; others stay as they are written. */
export const isPlainName = (name: string): boolean => plainName.test(name);
