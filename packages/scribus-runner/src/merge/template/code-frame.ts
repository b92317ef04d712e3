import { PubpipeError } from '@pubpipe/core/driver';
import type { Attributes } from '../../document/attributes.ts';
import { isFrame } from '../../document/frame-stack.ts';
import type { TextStyles } from '../../document/text-styles.ts';
import { type CodeToken, CodeTokenFault, findCodeToken } from '../codes/code-token.ts';
import { holdsStory, readStory, type Story } from './story.ts';
import type { TemplateElement } from './template-element.ts';
import { splitAtVariables } from './variables.ts';

/** A text frame of a template whose whole text asks for a code. */
export interface CodeFrame {
  readonly token: CodeToken;
  /** What holds its text. */
  readonly story: TemplateElement;
  /** Marks of a next record before and after it. */
  readonly marksBefore: number;
  readonly marksAfter: number;
  /** Colour and shade of its text, which the code takes; both may have variables. */
  readonly color: string;
  readonly shade: string;
}

const textFrame = '4';
const visible =
  'PCOLOR PCOLOR2 GRTYP GRTYPS pattern patternS NAMEDLST HASSOFTSHADOW ANNOTATION BookMark BOOKMARK'.split(' ');

/**
 * Finds the frames below an element, and itself, that ask for codes.
 *
 * @throws PubpipeError `DOCUMENT_UNREADABLE` where a code is asked for that can't be: details `object`.
 */
export function findCodeFrames(root: TemplateElement, styles: TextStyles): ReadonlyMap<TemplateElement, CodeFrame> {
  const found = new Map<TemplateElement, CodeFrame>();
  const visit = (element: TemplateElement, frame: TemplateElement | undefined): void => {
    const around = isFrame(element.name) ? element : frame;
    if (element.dynamic && holdsStory(element)) {
      const codeFrame = readCodeFrame(readStory(element), element, { frame: around, styles });
      if (codeFrame !== undefined && around !== undefined) found.set(around, codeFrame);
    }
    for (const child of element.children) visit(child, around);
  };
  visit(root, undefined);
  return found;
}

function readCodeFrame(
  story: Story,
  holder: TemplateElement,
  { frame, styles }: { readonly frame: TemplateElement | undefined; readonly styles: TextStyles },
): CodeFrame | undefined {
  const items = story.lines.flatMap((line) => line.items.map((item) => ({ item, line })));
  const runs = items.flatMap(({ item, line }) =>
    item.kind === 'runs' ? item.pieces.map(({ run, piece }) => ({ run, text: piece.text, line })) : [],
  );
  const text = runs.map((run) => run.text).join('');
  const found = findCodeToken(text);
  if (found === undefined) return undefined;
  const refuse = (what: string) => refused(frame, text.slice(found.index, found.index + found.length), what);
  if (found.token instanceof CodeTokenFault) throw refuse(found.token.what);
  const before = splitAtVariables(text.slice(0, found.index).trim());
  const after = splitAtVariables(text.slice(found.index + found.length).trim());
  const others = items.some(({ item }) => item.kind === 'element' && item.role !== 'beside');
  if (others || [...before, ...after].some(({ kind }) => kind !== 'next'))
    throw refuse('is not alone: a code needs a text frame for itself');
  if (frame === undefined || !isPlainTextFrame(frame, holder))
    throw refuse('is in none: a code needs a text frame that is not linked, in a document of Scribus 1.5 or later');
  let passed = 0;
  const place = runs.find((run) => {
    passed += run.text.length;
    return passed > found.index;
  });
  const ask = (trait: 'FCOLOR' | 'FSHADE') => {
    const defaults = toAttributes(holder.children.find(({ name }) => name === 'DefaultStyle'));
    const paragraph = place?.line.end ?? story.trail;
    const own = place === undefined ? undefined : styles.ofRun(toAttributes(place.run), trait);
    return own ?? styles.ofParagraph(paragraph?.attributes.get('PARENT'), defaults, trait);
  };
  return {
    token: found.token,
    story: holder,
    marksBefore: before.length,
    marksAfter: after.length,
    color: ask('FCOLOR') ?? 'Black',
    shade: ask('FSHADE') ?? '100',
  };
}

function isPlainTextFrame(frame: TemplateElement, holder: TemplateElement): boolean {
  const { attributes, children } = frame;
  const linked = ['NEXTITEM', 'BACKITEM'].some((link) => (attributes.get(link) ?? '-1') !== '-1');
  return attributes.get('PTYPE') === textFrame && attributes.has('path') && !linked && children.includes(holder);
}

/** Whether something of a frame besides its text is to be seen or used: fill, line, shadow, link, bookmark. */
export function isSeenWithoutText({ attributes }: TemplateElement): boolean {
  return visible.some((name) => !['', 'None', '0', undefined].includes(attributes.get(name)));
}

/** Elements of a frame that hold its text. */
export const isTextOf = ({ name }: TemplateElement): boolean => name === 'StoryText';

const toAttributes = (element: TemplateElement | undefined): Attributes =>
  Object.fromEntries(element?.attributes ?? []);

function refused(frame: TemplateElement | undefined, token: string, what: string): PubpipeError {
  const object = frame?.attributes.get('ANNAME') ?? null;
  const where = object === null ? '' : ` of the frame "${object}"`;
  return new PubpipeError('DOCUMENT_UNREADABLE', `${token}${where} ${what}.`, { details: { object } });
}
