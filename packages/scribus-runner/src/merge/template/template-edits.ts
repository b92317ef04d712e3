import type { EditedFrame, FrameEdits, TextEdit } from '../../protocol/edits.ts';
import type { TextFrame } from './read-template.ts';
import { type FormatBounds, spentPlaces } from './spent-places.ts';
import { isRun, type Story } from './story.ts';
import { descendants, type TemplateElement } from './template-element.ts';
import { applyEdits } from './text-edit.ts';
import { hasVariables } from './variables.ts';

/** How a document comes from the open template, or why it can't. */
export type DocumentEdits =
  | {
      readonly frames: readonly FrameEdits[];
      /** Those that can't be undone, so that other documents can only come of the edited one if they have them too. */
      readonly spent: readonly FrameEdits[];
    }
  | { readonly reason: string };

/** What was written of a part of a template, as far as it matters here. */
export interface FilledPart {
  readonly removed?: boolean | undefined;
  readonly edits?: readonly TextEdit[] | undefined;
}

/** How the documents of a template come from it by edits of texts alone. */
export interface TemplateEdits {
  /** Why they don't; undefined where they do. */
  readonly reason: string | undefined;
  /** A Scribus document with the template's variables, as text. */
  readonly document: string;
  readonly frames: readonly EditedFrame[];
  /** What changes for a document whose parts were filled like this. */
  readonly of: (filled: ReadonlyMap<TemplateElement, FilledPart>) => DocumentEdits;
}

/** A frame that can be edited, and where the format of its text changes. */
interface EditableFrame extends EditedFrame {
  readonly bounds: FormatBounds;
}

/** What {@link planEdits} looks at. */
export interface TemplateSources {
  readonly source: string;
  readonly parts: readonly (string | TemplateElement)[];
  readonly stories: ReadonlyMap<TemplateElement, Story>;
  readonly textFrames: readonly TextFrame[];
  /** Whether it has barcodes, which are drawn. */
  readonly hasCodes: boolean;
}

const softHyphen = '\u00ad';
// What Scribus makes something else of when it opens a document.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const changedByOpening = /[\u0000-\u001f\u0085\u00ad\u2028\u2029\ufffe\uffff]/u;
const oneCharacter: Readonly<Record<string, string>> = { tab: '\t', breakline: '\u2028' };

/** Finds out whether a template's documents come from it by edits of texts alone, and how. */
export function planEdits({ source, parts, stories, textFrames, hasCodes }: TemplateSources): TemplateEdits {
  const frames = new Map<TemplateElement, EditableFrame>();
  let reason: string | undefined = /\bNumeration="1"/.test(source) ? 'it numbers paragraphs' : undefined;
  if (hasCodes) reason ??= 'it has barcodes';
  for (const part of parts) {
    if (typeof part === 'string') continue;
    const found = part.name === 'DOCUMENT' ? ofDocument(part) : ofFrame(part, stories, textFrames);
    if (typeof found === 'string') reason ??= found;
    else if (found !== undefined) frames.set(part, found);
  }
  if (frames.size === 0) reason ??= 'no text has variables';
  const text = (part: string | TemplateElement) => (typeof part === 'string' ? part : source.slice(part.from, part.to));
  return {
    reason,
    document: reason === undefined ? parts.map(text).join('') : '',
    frames: [...frames.values()].map(({ page, index, text: own }) => ({ page, index, text: own })),
    of: (filled) => (reason === undefined ? documentEdits(frames, filled) : { reason }),
  };
}

function documentEdits(
  frames: ReadonlyMap<TemplateElement, EditableFrame>,
  filled: ReadonlyMap<TemplateElement, FilledPart>,
): DocumentEdits {
  const found: FrameEdits[] = [];
  const spent: FrameEdits[] = [];
  for (const [frame, [part, { text, bounds }]] of [...frames].entries()) {
    const { removed = false, edits } = filled.get(part) ?? {};
    if (!removed && edits === undefined) return { reason: 'the format of a paragraph moves' };
    if (edits?.some(({ insert }) => insert.includes(softHyphen)) === true)
      return { reason: 'a value has soft hyphens' };
    const edited = { frame, removed, edits: removed ? [] : (edits ?? []), text: applyEdits(text, edits ?? []) };
    found.push(edited);
    const places = spentPlaces(edited.edits, bounds);
    if (removed || places.length > 0) spent.push({ ...edited, edits: places });
  }
  return { frames: found, spent };
}

const ofDocument = ({ attributes }: TemplateElement): string | undefined =>
  [...attributes.values()].some(hasVariables) ? 'the information on the document has variables' : undefined;

/** How a frame is edited, or why it can't be; undefined where nothing in it changes. */
function ofFrame(
  part: TemplateElement,
  stories: ReadonlyMap<TemplateElement, Story>,
  textFrames: readonly TextFrame[],
): EditableFrame | string | undefined {
  const { name, attributes, from } = part;
  const inside = [...descendants(part)];
  if (inside.some(({ attributes: own }) => own.get('Parameter') === 'SGAttribute')) return 'it has object attributes';
  const written = [part, ...inside].find(attributesChange);
  if (written !== undefined) return `an attribute of ${written.name} has variables`;
  const withVariables = inside.filter((element) => stories.has(element));
  const [element] = withVariables;
  if (element === undefined) return stories.has(part) ? 'it was saved by a Scribus before 1.5' : undefined;
  const place = textFrames.find((frame) => frame.from === from);
  if (name !== 'PAGEOBJECT' || place === undefined || withVariables.length > 1 || element.name !== 'StoryText') {
    return `variables are in ${element.name === 'StoryText' ? nameOfPart(part) : element.name}`;
  }
  if (!Number.isSafeInteger(place.page) || place.page < 0) return 'a text with variables lies beside the pages';
  if ((attributes.get('ANNOTATION') ?? '0') !== '0') return 'a form field has variables';
  if (attributes.get('BookMark') === '1') return 'a bookmark leads to a text with variables';
  const text = textOf(stories.get(element));
  return text === undefined
    ? 'a text with variables has more than text'
    : { page: place.page, index: place.index, ...text };
}

const attributesChange = (element: TemplateElement): boolean =>
  [...element.attributes].some(([name, value]) => hasVariables(value) && !(name === 'CH' && isRun(element)));

const nameOfPart = ({ name, attributes }: TemplateElement): string =>
  name === 'PAGEOBJECT' ? `a PAGEOBJECT of type ${attributes.get('PTYPE') ?? ''}` : `a ${name}`;

/** A story as Scribus holds it; undefined where that is not known. */
function textOf(story: Story | undefined): Pick<EditableFrame, 'text' | 'bounds'> | undefined {
  let text = '';
  const bounds = [0];
  for (const { items, end } of story?.lines ?? []) {
    for (const item of items) {
      if (item.kind === 'runs') {
        const own = item.pieces.map(({ piece }) => piece.text).join('');
        if (changedByOpening.test(own)) return undefined;
        text += own;
        for (const length of item.lengths) bounds.push((bounds.at(-1) ?? 0) + length);
      } else if (item.role !== 'beside') {
        const character = oneCharacter[item.element.name];
        if (character === undefined) return undefined;
        text += character;
        bounds.push(text.length);
      } else if (item.element.name !== 'DefaultStyle') {
        return undefined;
      }
    }
    if (end === undefined) continue;
    text += '\r';
    bounds.push(text.length);
  }
  return { text, bounds };
}
