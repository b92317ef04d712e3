import type { TextEdit } from '../../protocol/edits.ts';
import type { TemplateElement } from './template-element.ts';
import { lineBreaks } from './xml-text.ts';

/** A piece of a template that was filled. */
interface FilledPiece {
  /** What the template has. */
  readonly source: string;
  /** What stands in its place. */
  readonly text: string;
  /** Whether that is a value, and no part of the template's own text. */
  readonly isValue: boolean;
  /** How much of the template's own text was taken away at its beginning. */
  readonly trimmed: number;
}

const lineBreak = '\u2028';

/** The edits that make a piece, which begins at `at`, what it was filled with. */
export function toTextEdits({ source, text, isValue, trimmed }: FilledPiece, at: number): readonly TextEdit[] {
  if (isValue) return text === source ? [] : [{ at, remove: source.length, insert: toScribusText(text) }];
  const kept = at + trimmed;
  const edits = [
    { at, remove: trimmed, insert: '' },
    { at: kept + text.length, remove: source.length - trimmed - text.length, insert: '' },
  ];
  return edits.filter(({ remove }) => remove > 0);
}

/** The same edits, of a text that begins at `by`. */
export const moveEdits = (edits: readonly TextEdit[], by: number): readonly TextEdit[] =>
  edits.map((edit) => ({ ...edit, at: edit.at + by }));

/** A value as Scribus holds it in a text. */
const toScribusText = (value: string): string => value.split(lineBreaks).join(lineBreak);

/** The text after edits, which are in its order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let from = 0;
  let edited = '';
  for (const { at, remove, insert } of edits) {
    edited += text.slice(from, at) + insert;
    from = at + remove;
  }
  return edited + text.slice(from);
}

/** Whether two ends of paragraphs say the same of the format. */
export function hasSameFormat(one: TemplateElement | undefined, other: TemplateElement | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined || one.attributes.size !== other.attributes.size) return false;
  return [...one.attributes].every(([name, value]) => other.attributes.get(name) === value);
}
