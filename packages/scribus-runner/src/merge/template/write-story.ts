import type { EmptyValueMode } from '@pubpipe/core/driver';
import type { TextEdit } from '../../protocol/edits.ts';
import type { RecordCursor } from './record-cursor.ts';
import { itemHasVariables, type Story, type StoryLine, type StoryPiece } from './story.ts';
import type { TemplateElement } from './template-element.ts';
import { hasSameFormat, moveEdits, toTextEdits } from './text-edit.ts';
import { type TemplateFacts, writeAttributes } from './write-tag.ts';
import { lineBreaks, toAttributeValue } from './xml-text.ts';

/** What writing a text needs. */
export interface StoryContext {
  readonly cursor: RecordCursor;
  readonly facts: TemplateFacts;
  readonly emptyValues: EmptyValueMode;
  /** Writes any other element. */
  readonly writeElement: (element: TemplateElement) => string;
}

/** A text as it was written. */
export interface WrittenStory {
  readonly text: string;
  /** Whether nothing was left of what had been variables only, or variables and the separators before them. */
  readonly emptied: boolean;
  /** What changes in the template's text, in its order; undefined where that alone would change a paragraph's format. */
  readonly edits: readonly TextEdit[] | undefined;
}

/** A stretch of text in the format of one run. `style` is what its tag has besides the text. */
interface Stretch {
  readonly run: TemplateElement;
  readonly style: string;
  text: string;
  /** Values are never shortened. */
  readonly isValue: boolean;
  /** What the template has in its place, and how much of that was taken away at its beginning. */
  readonly source: string;
  trimmed: number;
}

interface WrittenLine {
  readonly text: string;
  readonly end: string;
  /** What ends the paragraph, and holds its format. */
  readonly paragraph: TemplateElement | undefined;
  /** Where in the template's text the paragraph ends. */
  readonly endsAt: number;
}

const separator = /\s*[,;-]*\s*$/u;
const space = /\s*$/u;

/**
 * Writes a text with the values of variables. An empty one goes with the separator before it; a paragraph of which
 * nothing is left goes too, unless it is the first.
 */
export function writeStory({ lines, trail, hasVariables }: Story, context: StoryContext): WrittenStory {
  const { emptyValues, writeElement } = context;
  const kept: WrittenLine[] = [];
  const edits: TextEdit[] = [];
  let at = 0;
  let isEmpty = true;
  let last = trail;
  for (const [index, line] of lines.entries()) {
    const { text, isBlank, hasContent, changes, length } = writeLine(line, context);
    isEmpty &&= !hasContent;
    const isDropped = emptyValues !== 'keep' && isBlank && index > 0 && line.items.some(itemHasVariables);
    const endsAt = at + length;
    if (!isDropped) {
      kept.push({ text, end: line.end === undefined ? '' : writeElement(line.end), paragraph: line.end, endsAt });
      edits.push(...moveEdits(changes, at));
    } else if (line.end === undefined) {
      // The paragraph before becomes the last, and keeps its format.
      const before = kept.pop();
      if (before !== undefined) {
        kept.push({ ...before, end: '', paragraph: undefined });
        edits.push({ at: before.endsAt, remove: 1, insert: '' });
      }
      edits.push({ at, remove: length, insert: '' });
      last = before?.paragraph ?? trail;
    } else {
      edits.push({ at, remove: length + 1, insert: '' });
    }
    at = endsAt + 1;
  }
  const body = kept.map(({ text, end }) => text + end).join('');
  return {
    text: body + writeTrail(trail, last, context),
    emptied: emptyValues !== 'keep' && hasVariables && isEmpty,
    edits: hasSameFormat(last, trail) ? edits.toSorted((one, other) => one.at - other.at) : undefined,
  };
}

/** Writes the end of a text, in the format of the paragraph that is the last one now. */
function writeTrail(
  trail: TemplateElement | undefined,
  last: TemplateElement | undefined,
  { cursor, facts, writeElement }: StoryContext,
): string {
  if (trail === undefined || last === undefined) return '';
  return last === trail ? writeElement(trail) : `<trail${writeAttributes(last, cursor, facts)}/>`;
}

function writeLine(line: StoryLine, context: StoryContext) {
  let text = '';
  let isBlank = true;
  let hasContent = false;
  let length = 0;
  const changes: TextEdit[] = [];
  for (const item of line.items) {
    if (item.kind === 'element') {
      text += context.writeElement(item.element);
      isBlank &&= item.role === 'beside';
      hasContent ||= item.role === 'content';
      length += item.role === 'beside' ? 0 : 1;
      continue;
    }
    const stretches = fillRuns(item.pieces, { ...context, atStart: isBlank });
    const written = joinRuns(stretches).map(writeStretch).join('');
    text += written;
    isBlank &&= written === '';
    hasContent ||= written !== '';
    for (const stretch of stretches) {
      changes.push(...toTextEdits(stretch, length));
      length += stretch.source.length;
    }
  }
  return { text, isBlank, hasContent, length, changes };
}

function fillRuns(
  pieces: readonly StoryPiece[],
  context: StoryContext & { readonly atStart: boolean },
): readonly Stretch[] {
  const { cursor, facts, emptyValues, atStart } = context;
  const shortens = emptyValues === 'remove';
  const stretches: Stretch[] = [];
  let style = '';
  let styled: TemplateElement | undefined;
  for (const { run, piece } of pieces) {
    if (run !== styled) style = writeAttributes(run, cursor, { ...facts, except: 'CH' });
    styled = run;
    const value = piece.kind === 'variable' ? (cursor.valueOf(piece.name) ?? piece.text) : '';
    if (piece.kind === 'next') cursor.next();
    const stretch = { run, style, source: piece.text, trimmed: 0 };
    if (piece.kind === 'literal') {
      stretches.push({ ...stretch, text: piece.text, isValue: false });
    } else if (value !== '') {
      stretches.push({ ...stretch, text: value, isValue: true });
    } else {
      if (shortens || piece.kind === 'next') shorten(stretches, piece.kind === 'next' ? space : separator);
      // Nothing of the empty variable is left at the beginning of a paragraph, also not the space after it.
      stretches.push({ ...stretch, text: '', isValue: false });
    }
  }
  if (atStart && shortens) trimStart(stretches);
  return stretches;
}

/** What stands together in one run is one run again. */
function joinRuns(stretches: readonly Stretch[]): readonly Pick<Stretch, 'style' | 'text'>[] {
  const joined: { run: TemplateElement; style: string; text: string }[] = [];
  for (const { run, style, text } of stretches) {
    const last = joined.at(-1);
    if (last?.run === run && last.style === style) last.text += text;
    else joined.push({ run, style, text });
  }
  return joined;
}

/** Takes away what `pattern` finds at the end of the template's own text, as far as the last value. */
function shorten(stretches: readonly Stretch[], pattern: RegExp): void {
  const from = stretches.findLastIndex(({ isValue }) => isValue) + 1;
  const own = stretches.slice(from);
  let surplus = pattern.exec(own.map(({ text }) => text).join(''))?.[0].length ?? 0;
  for (const stretch of own.toReversed()) {
    const cut = Math.min(surplus, stretch.text.length);
    stretch.text = stretch.text.slice(0, stretch.text.length - cut);
    surplus -= cut;
  }
}

/** Takes the space away that an empty variable has left at the beginning of a paragraph. */
function trimStart(stretches: readonly Stretch[]): void {
  // A template's own indentation stays: only where it begins with an empty variable is anything taken away.
  if (stretches[0]?.text !== '') return;
  for (const stretch of stretches) {
    if (stretch.isValue) return;
    const text = stretch.text.trimStart();
    stretch.trimmed += stretch.text.length - text.length;
    stretch.text = text;
    if (stretch.text !== '') return;
  }
}

/** Line breaks and tabs are elements of their own, in the format of the run. */
function writeStretch({ style, text }: Pick<Stretch, 'style' | 'text'>): string {
  if (text === '') return '';
  return text
    .split(lineBreaks)
    .map((line) =>
      line
        .split('\t')
        .map((part) => (part === '' ? '' : `<ITEXT${style} CH="${toAttributeValue(part)}"/>`))
        .join(`<tab${style}/>`),
    )
    .join(`<breakline${style}/>`);
}
