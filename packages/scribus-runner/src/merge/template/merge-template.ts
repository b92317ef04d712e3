import { isFrame } from '../../document/frame-stack.ts';
import type { drawCode } from '../codes/draw-code.ts';
import type { DataRecord } from '../data/data-record.ts';
import { type CodeFrame, findCodeFrames, isSeenWithoutText, isTextOf } from './code-frame.ts';
import type { MergeFinding } from './merge-finding.ts';
import { readTemplate } from './read-template.ts';
import { RecordCursor } from './record-cursor.ts';
import { holdsStory, readStory, type Story } from './story.ts';
import { type DocumentEdits, type FilledPart, planEdits, type TemplateEdits } from './template-edits.ts';
import { descendants, type TemplateElement } from './template-element.ts';
import { type ResolvedTemplateLanguage, resolveTemplateLanguage } from './template-language.ts';
import { type Piece, splitAtVariables } from './variables.ts';
import { writeCode } from './write-code.ts';
import { writeStory } from './write-story.ts';
import { type TemplateFacts, writeTag } from './write-tag.ts';

/** A template with the values of its records. */
export interface FilledTemplate {
  /** A whole Scribus document. */
  readonly text: string;
  readonly findings: readonly MergeFinding[];
  /** What changes in the template for it, or why that can't be said as edits of texts. */
  readonly edits: DocumentEdits;
}

const group = '12';

/** What was written of an element, and whether all that it had were variables that are empty. */
interface Written extends FilledPart {
  readonly text: string;
  readonly emptied: boolean;
}

/**
 * A Scribus document with variables. It is read once; making documents of it changes nothing in it.
 *
 * @throws PubpipeError `DOCUMENT_UNREADABLE` when the text is no well-formed Scribus document; details `line`.
 */
export class MergeTemplate {
  readonly #parts: readonly (string | TemplateElement)[];
  readonly #facts: TemplateFacts;
  readonly #language: ResolvedTemplateLanguage;
  readonly #stories = new Map<TemplateElement, Story>();
  readonly #codes = new Map<TemplateElement, CodeFrame>();
  readonly #codeStories = new Set<TemplateElement>();
  #drawCode: typeof drawCode | undefined;
  /** How many records one document takes: one more than it has `%SG_NEXT-RECORD%`. */
  readonly recordsPerDocument: number;
  /** Names of its variables, each once. */
  readonly variables: readonly string[];
  /** Object attributes of ScribusGenerator that can't be carried out, as name and path. */
  readonly refusedAttributes: readonly string[];
  /** Which texts are edited when Scribus has the template open, or why that is not enough. */
  readonly editing: TemplateEdits;

  /** The settings that ScribusGenerator has kept in it, as JSON. */
  readonly savedSettings: string | undefined;

  constructor(source: string, language = resolveTemplateLanguage()) {
    this.#language = language;
    const { parts, colors, styles, savedSettings, refused, textFrames } = readTemplate(source);
    this.#parts = parts;
    this.#facts = { source, colors };
    this.refusedAttributes = refused;
    this.savedSettings = savedSettings;
    const names = new Set<string>();
    let marks = 0;
    for (const part of parts) {
      if (typeof part === 'string') continue;
      if (part.name !== 'DOCUMENT') this.#noteCodes(findCodeFrames(part, styles));
      for (const piece of this.#piecesOf(part)) {
        if (piece.kind === 'variable') names.add(piece.name);
        if (piece.kind === 'next') marks += 1;
      }
    }
    this.recordsPerDocument = marks + 1;
    this.variables = [...names];
    this.editing = planEdits({ source, parts, stories: this.#stories, textFrames, hasCodes: this.hasCodes });
  }

  #noteCodes(found: ReadonlyMap<TemplateElement, CodeFrame>): void {
    for (const [frame, code] of found) {
      this.#codes.set(frame, code);
      this.#codeStories.add(code.story);
    }
  }

  /** Whether it has barcodes or QR codes. */
  get hasCodes(): boolean {
    return this.#codes.size > 0;
  }

  /** Loads what codes are drawn with, which is large; nothing where there are none. To be awaited before documents are made. */
  async prepare(): Promise<void> {
    if (this.hasCodes) ({ drawCode: this.#drawCode } = await import('../codes/draw-code.ts'));
  }

  /**
   * Makes the document of these records. A template without a title of its own gets `title`.
   *
   * @throws PubpipeError `RECORD_INVALID` when a value can't stand where the template puts it; details `reason`.
   */
  makeDocument(records: readonly DataRecord[], { title }: { readonly title: string }): FilledTemplate {
    const cursor = new RecordCursor(records, this.#language);
    const filled = new Map<TemplateElement, Written>();
    const texts = this.#parts.map((part) => {
      if (typeof part === 'string') return part;
      if (part.name === 'DOCUMENT') return this.#writeDocumentTag(part, cursor, title);
      const written = this.#write(part, cursor);
      filled.set(part, written);
      return written.text;
    });
    return { text: texts.join(''), findings: cursor.findings, edits: this.editing.of(filled) };
  }

  #writeDocumentTag(element: TemplateElement, cursor: RecordCursor, title: string): string {
    const own = element.attributes.get('TITLE') ?? '';
    const attributes = own === '' ? new Map([...element.attributes, ['TITLE', title]]) : element.attributes;
    return this.#leadOf(element) + writeTag({ ...element, attributes }, cursor, this.#facts);
  }

  #write(element: TemplateElement, cursor: RecordCursor): Written {
    const { source } = this.#facts;
    if (!element.dynamic) return { text: source.slice(element.from, element.to), emptied: false };
    const code = this.#codes.get(element);
    if (code !== undefined) return this.#writeCodeFrame(element, code, cursor);
    const tag = writeTag(element, cursor, this.#facts);
    const { text, emptied, edits } = this.#writeContent(element, cursor);
    if (emptied && isRemovable(element)) return { text: '', emptied, removed: true };
    const whole = this.#leadOf(element) + tag + text + source.slice(element.closingFrom, element.to);
    // Of a text in an element of its own the frame around it decides.
    return { text: whole, emptied: emptied && element.name === 'StoryText', edits };
  }

  /** The code takes the place of its frame, or lies upon it, where there is more of the frame than its text. */
  #writeCodeFrame(frame: TemplateElement, code: CodeFrame, cursor: RecordCursor): Written {
    const { source } = this.#facts;
    const draw = this.#drawCode;
    if (draw === undefined) throw new Error('The template is not prepared.');
    const keepsFrame = isSeenWithoutText(frame);
    for (let mark = 0; mark < code.marksBefore; mark += 1) cursor.next();
    const drawn = writeCode(frame, code, { cursor, facts: this.#facts, drawCode: draw, keepsFrame });
    for (let mark = 0; mark < code.marksAfter; mark += 1) cursor.next();
    if (drawn === '' && this.#language.emptyValues !== 'keep' && isRemovable(frame)) return { text: '', emptied: true };
    const rest = frame.children.filter((child) => !isTextOf(child)).map((child) => this.#write(child, cursor).text);
    const closing = source.slice(frame.closingFrom, frame.to);
    const behind = writeTag(frame, cursor, this.#facts) + rest.join('') + closing;
    const text = drawn === '' || keepsFrame ? behind + drawn : drawn;
    return { text: this.#leadOf(frame) + text, emptied: false };
  }

  #writeContent(element: TemplateElement, cursor: RecordCursor): Written {
    const story = this.#stories.get(element);
    if (story !== undefined) {
      const writeElement = (child: TemplateElement) => this.#write(child, cursor).text;
      const { emptyValues } = this.#language;
      return writeStory(story, { cursor, facts: this.#facts, emptyValues, writeElement });
    }
    const written = element.children.map((child) => ({ child, ...this.#write(child, cursor) }));
    const text = written.map((part) => part.text).join('');
    const members = written.filter(({ child }) => isFrame(child.name));
    // A group without members is none.
    if (element.attributes.get('PTYPE') === group) {
      return { text, emptied: members.length > 0 && members.every(({ emptied }) => emptied) };
    }
    const ofText = written.filter(({ child }) => child.name === 'StoryText');
    return { text, emptied: ofText.some(({ emptied }) => emptied), edits: ofText[0]?.edits };
  }

  #leadOf({ from, tagFrom }: TemplateElement): string {
    return this.#facts.source.slice(from, tagFrom);
  }

  /** All pieces of an element in the order in which they are written; what it reads of texts is kept. */
  *#piecesOf(root: TemplateElement): Generator<Piece> {
    const elements = root.name === 'DOCUMENT' ? [root] : [root, ...descendants(root)];
    for (const element of elements) {
      if (element.name === 'COLOR') continue;
      for (const [name, value] of element.attributes)
        if (element.name !== 'ITEXT' || name !== 'CH') yield* splitAtVariables(value);
      const code = this.#codes.get(element);
      if (code !== undefined) yield* piecesOfCode(code);
      if (!element.dynamic || !holdsStory(element) || this.#codeStories.has(element)) continue;
      const story = readStory(element);
      if (!story.hasVariables) continue;
      this.#stories.set(element, story);
      for (const item of story.lines.flatMap(({ items }) => items))
        if (item.kind === 'runs') for (const { piece } of item.pieces) yield piece;
    }
  }
}

function* piecesOfCode({ token: { column, text }, marksBefore, marksAfter }: CodeFrame): Generator<Piece> {
  yield { kind: 'variable', name: column, text };
  for (let mark = 0; mark < marksBefore + marksAfter; mark += 1) yield { kind: 'next', text: '' };
}

/** Whether a frame may go when its text is empty: not one of a chain, nor what a bookmark leads to. */
function isRemovable({ name, attributes }: TemplateElement): boolean {
  const linked = ['NEXTITEM', 'BACKITEM'].some((link) => (attributes.get(link) ?? '-1') !== '-1');
  const marked = ['BookMark', 'BOOKMARK'].some((mark) => attributes.get(mark) === '1');
  return isFrame(name) && !linked && !marked;
}
