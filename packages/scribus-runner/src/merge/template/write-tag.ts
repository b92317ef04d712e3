import type { RecordCursor } from './record-cursor.ts';
import type { TemplateElement } from './template-element.ts';
import { type Piece, splitAtVariables } from './variables.ts';
import { toAttributeValue } from './xml-text.ts';

/** What the elements of one template have in common. */
export interface TemplateFacts {
  /** Its whole text. */
  readonly source: string;
  /** Names of its colours. */
  readonly colors: ReadonlySet<string>;
}

const fileAttributes: ReadonlySet<string> = new Set(['PFILE', 'PFILE2', 'PFILE3']);
const colorAttributes: ReadonlySet<string> = new Set(
  'PCOLOR PCOLOR2 FCOLOR SCOLOR BGCOLOR BCOLOR FillColor Color SOFTSHADOWCOLOR'.split(' '),
);

/** Elements of gradients, whose `NAME` is that of a colour. */
const colorStops: ReadonlySet<string> = new Set(['CSTOP', 'S_CSTOP', 'M_CSTOP']);

/** Writes the tag of an element, as it stands in the template if nothing in it changes. */
export function writeTag(element: TemplateElement, cursor: RecordCursor, { source, colors }: TemplateFacts): string {
  if (!element.rewritten) return source.slice(element.tagFrom, element.tagTo);
  const closed = source.endsWith('/>', element.tagTo);
  return `<${element.name}${writeAttributes(element, cursor, { colors })}${closed ? '/>' : '>'}`;
}

/** Writes the attributes of an element, each after a space, without that named `except`. */
export function writeAttributes(
  { name: element, attributes }: TemplateElement,
  cursor: RecordCursor,
  { colors, except }: Pick<TemplateFacts, 'colors'> & { readonly except?: string },
): string {
  let text = '';
  for (const [name, value] of attributes) {
    if (name === except) continue;
    const pieces = splitAtVariables(value);
    const kind = name === 'NAME' && colorStops.has(element) ? 'Color' : name;
    const filled = fill(kind, pieces, { cursor, colors });
    // Left out, it is what Scribus takes by default; empty, it would be nothing at all.
    const useless = filled === '' && value !== '' && !fileAttributes.has(name);
    if (!useless) text += ` ${name}="${toAttributeValue(filled)}"`;
  }
  return text;
}

function fill(
  name: string,
  pieces: readonly Piece[],
  { cursor, colors }: { readonly cursor: RecordCursor; readonly colors: ReadonlySet<string> },
): string {
  if (pieces.every(({ kind }) => kind === 'literal')) return cursor.textOf(pieces);
  if (fileAttributes.has(name)) return cursor.assetOf(pieces);
  return colorAttributes.has(name) ? cursor.colorOf(pieces, colors) : cursor.textOf(pieces);
}
