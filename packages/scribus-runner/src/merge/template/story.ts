import type { TemplateElement } from './template-element.ts';
import { type Piece, splitAtVariables } from './variables.ts';

/** A piece of the text of neighbouring runs, and the run in whose format it is set. */
export interface StoryPiece {
  readonly piece: Piece;
  readonly run: TemplateElement;
}

/** Runs that follow each other with nothing between, or another element of the text. */
export type StoryItem =
  | {
      readonly kind: 'runs';
      readonly pieces: readonly StoryPiece[];
      /** How long each of the runs is, in UTF-16 units. */
      readonly lengths: readonly number[];
    }
  | { readonly kind: 'element'; readonly element: TemplateElement; readonly role: 'content' | 'layout' | 'beside' };

/** The text up to the end of a paragraph. */
export interface StoryLine {
  readonly items: readonly StoryItem[];
  /** What ends the paragraph; the last one has none. */
  readonly end: TemplateElement | undefined;
}

/** A text of a template, as lines. */
export interface Story {
  readonly lines: readonly StoryLine[];
  /** What ends the last paragraph, in documents of Scribus 1.5 and later. */
  readonly trail: TemplateElement | undefined;
  readonly hasVariables: boolean;
}

/** Elements without which a text is no less empty. */
const layout: ReadonlySet<string> = new Set(['breakline', 'tab', 'breakcol', 'breakframe']);
/** Elements that are no part of the text beside them: in documents of Scribus 1.4 a frame holds its text itself. */
const besideText: ReadonlySet<string> = new Set(
  'DefaultStyle PageItemAttributes CSTOP S_CSTOP M_CSTOP MPoint WeldEntry'.split(' '),
);

/** Whether an element holds text itself. */
export const holdsStory = ({ children }: TemplateElement): boolean => children.some(isRun);

/** Whether an element is a run of text: one without text stands for an object in the text. */
export const isRun = ({ name, attributes }: TemplateElement): boolean => name === 'ITEXT' && attributes.has('CH');

/** Reads the text that an element holds. */
export function readStory({ children }: TemplateElement): Story {
  const lines: StoryLine[] = [];
  let items: StoryItem[] = [];
  let runs: TemplateElement[] = [];
  let trail: TemplateElement | undefined;
  const endRuns = () => {
    const lengths = runs.map(({ attributes }) => attributes.get('CH')?.length ?? 0);
    if (runs.length > 0) items.push({ kind: 'runs', pieces: piecesOf(runs), lengths });
    runs = [];
  };
  for (const element of children) {
    if (isRun(element)) {
      runs.push(element);
      continue;
    }
    endRuns();
    if (element.name === 'para') {
      lines.push({ items, end: element });
      items = [];
    } else if (element.name === 'trail') {
      trail = element;
    } else {
      items.push({ kind: 'element', element, role: roleOf(element.name) });
    }
  }
  endRuns();
  lines.push({ items, end: undefined });
  const hasVariables = lines.some((line) => line.items.some(itemHasVariables));
  return { lines, trail, hasVariables };
}

function roleOf(name: string): 'content' | 'layout' | 'beside' {
  if (besideText.has(name)) return 'beside';
  return layout.has(name) ? 'layout' : 'content';
}

/** Whether a variable or a record mark is in it. */
export const itemHasVariables = (item: StoryItem): boolean =>
  item.kind === 'runs' && item.pieces.some(({ piece }) => piece.kind !== 'literal');

/** Splits the text of neighbouring runs as one: a variable belongs to the run in which it begins. */
function piecesOf(runs: readonly TemplateElement[]): readonly StoryPiece[] {
  const texts = runs.map((run) => ({ run, text: run.attributes.get('CH') ?? '' }));
  let index = 0;
  let left = texts[0]?.text.length ?? 0;
  const found: StoryPiece[] = [];
  /** The run at the current place, where some text is left. */
  const current = () => {
    while (left === 0 && index < texts.length - 1) {
      index += 1;
      left = texts[index]?.text.length ?? 0;
    }
    return texts[index];
  };
  const skip = (length: number) => {
    for (let rest = length; rest > 0; ) {
      current();
      const step = Math.min(rest, left);
      left -= step;
      rest -= step;
    }
  };
  for (const piece of splitAtVariables(texts.map(({ text }) => text).join(''))) {
    if (piece.kind === 'literal') {
      for (let from = 0; from < piece.text.length; ) {
        const run = current()?.run;
        const text = piece.text.slice(from, from + left);
        if (run !== undefined) found.push({ run, piece: { kind: 'literal', text } });
        from += text.length;
        left -= text.length;
      }
    } else {
      const run = current()?.run;
      if (run !== undefined) found.push({ run, piece });
      skip(piece.text.length);
    }
  }
  return found;
}
