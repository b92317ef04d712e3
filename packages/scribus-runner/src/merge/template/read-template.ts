import { PubpipeError } from '@pubpipe/core/driver';
import { isFrame } from '../../document/frame-stack.ts';
import { TextStyles } from '../../document/text-styles.ts';
import { SaxesParser } from '../../document/xml-parser.ts';
import { applyObjectAttributes } from './object-attributes.ts';
import { isRun } from './story.ts';
import { descendants, type TemplateElement } from './template-element.ts';
import { hasVariables } from './variables.ts';

/** A template as it is filled: text that stays, and what is written for each document. */
export interface TemplateParts {
  readonly parts: readonly (string | TemplateElement)[];
  readonly colors: ReadonlySet<string>;
  readonly styles: TextStyles;
  /** What ScribusGenerator has kept in it, as JSON. */
  readonly savedSettings: string | undefined;
  /** Object attributes that can't be carried out. */
  readonly refused: readonly string[];
  /** The text frames that lie on pages themselves. */
  readonly textFrames: readonly TextFrame[];
}

/** A text frame that lies on a page itself, and how Scribus' script finds it. */
export interface TextFrame {
  /** Where its text in the template begins, as of its element. */
  readonly from: number;
  /** From 0. */
  readonly page: number;
  /** Its place among the text frames of its page, from 0. */
  readonly index: number;
}

// Documents of Scribus 1.3 hold characters that XML forbids. Where nothing changes they stay; elsewhere nobody knows what they mean.
const forgivable = /disallowed character|malformed character entity|undefined entity/;
/** Where ScribusGenerator keeps its settings, as a script that is none. */
const savedSettings = 'ScribusGeneratorDefaultSettings';

/**
 * Reads a template. What has no variables stays as it is written, to the letter.
 *
 * @throws PubpipeError `DOCUMENT_UNREADABLE` when it is no well-formed Scribus document; details `line`.
 */
export function readTemplate(source: string): TemplateParts {
  const parser = new SaxesParser<{ position: true }>({ position: true });
  const reading = new TemplateReading(source);
  let failure: PubpipeError | undefined;
  parser.on('error', ({ message }) => {
    if (forgivable.test(message)) reading.doubt(parser.position);
    else failure ??= unreadable(message.replace(/^\d+:\d+: /, '').replace(/\.$/, ''), parser.line);
  });
  parser.on('opentag', ({ name, attributes }) =>
    reading.open(name, attributes as Record<string, string>, parser.position),
  );
  parser.on('closetag', () => {
    reading.close(parser.position);
    if (reading.isDoubtful)
      failure ??= unreadable('a text with variables has characters that XML forbids', parser.line);
  });
  parser.write(source).close();
  if (failure !== undefined) throw failure;
  return reading.end();
}

const textFrame = '4';

class TemplateReading {
  readonly #source: string;
  readonly #parts: (string | TemplateElement)[] = [];
  readonly #stack: TemplateElement[] = [];
  readonly #colors = new Set<string>();
  readonly #styles = new TextStyles();
  readonly #refused: string[] = [];
  readonly #textFrames: TextFrame[] = [];
  readonly #framesOnPage = new Map<number, number>();
  #savedSettings: string | undefined;
  #depth = 0;
  /** Up to where everything is a part. */
  #done = 0;
  /** End of the last tag. */
  #last = 0;
  #doubtAt = -1;
  isDoubtful = false;

  constructor(source: string) {
    this.#source = source;
  }

  doubt(position: number): void {
    this.#doubtAt = position;
  }

  open(name: string, attributes: Readonly<Record<string, string>>, position: number): void {
    this.#depth += 1;
    const element: TemplateElement = {
      name,
      attributes: new Map(Object.entries(attributes)),
      children: [],
      from: this.#last,
      tagFrom: this.#source.lastIndexOf('<', position - 1),
      tagTo: position,
      closingFrom: position,
      to: position,
      rewritten: false,
      dynamic: false,
    };
    this.#last = position;
    if (name === 'COLOR') this.#colors.add(attributes['NAME'] ?? '');
    this.#styles.see(name, attributes);
    // DOCUMENT stays open to the end: its tag is a part by itself, its children are read one by one.
    if (this.#depth === 2 && name === 'DOCUMENT') {
      element.dynamic = true;
      element.rewritten = this.#doubtAt <= element.from;
      this.#add(element);
    } else if (this.#depth > 2) {
      this.#stack.at(-1)?.children.push(element);
      this.#stack.push(element);
    }
  }

  close(position: number): void {
    const element = this.#depth > 2 ? this.#stack.pop() : undefined;
    this.#depth -= 1;
    if (element !== undefined) {
      element.closingFrom = this.#last;
      element.to = position;
      if (this.#stack.length === 0) this.#finish(element);
    }
    this.#last = position;
  }

  end(): TemplateParts {
    this.#parts.push(this.#source.slice(this.#done));
    return {
      parts: this.#parts,
      colors: this.#colors,
      styles: this.#styles,
      savedSettings: this.#savedSettings,
      refused: this.#refused,
      textFrames: this.#textFrames,
    };
  }

  #finish(element: TemplateElement): void {
    if (element.name === 'JAVA' && element.attributes.get('NAME') === savedSettings) {
      this.#savedSettings = element.attributes.get('SCRIPT');
      this.#parts.push(this.#source.slice(this.#done, element.from));
      this.#done = element.to;
      return;
    }
    this.#noteTextFrame(element);
    for (const object of [element, ...descendants(element)])
      if (isFrame(object.name)) this.#refused.push(...applyObjectAttributes(object));
    if (!markDynamic(element)) return;
    this.isDoubtful ||= this.#doubtAt > element.from;
    this.#add(element);
  }

  #noteTextFrame({ name, attributes, from }: TemplateElement): void {
    if (name !== 'PAGEOBJECT' || attributes.get('PTYPE') !== textFrame) return;
    const page = Number(attributes.get('OwnPage'));
    const index = this.#framesOnPage.get(page) ?? 0;
    this.#framesOnPage.set(page, index + 1);
    this.#textFrames.push({ from, page, index });
  }

  #add(element: TemplateElement): void {
    this.#parts.push(this.#source.slice(this.#done, element.from), element);
    this.#done = element.to;
  }
}

/** Notes which elements are written anew, and returns whether any is. */
function markDynamic(element: TemplateElement): boolean {
  // A colour named like a variable is what objects are given before the data says which.
  if (element.name === 'COLOR') return false;
  element.rewritten ||= [...element.attributes.values()].some(hasVariables);
  // A variable may be split over runs: each with a percent sign is looked at together with its neighbours.
  const mayHold = isRun(element) && element.attributes.get('CH')?.includes('%') === true;
  element.dynamic = element.rewritten || mayHold;
  for (const child of element.children) if (markDynamic(child)) element.dynamic = true;
  return element.dynamic;
}

const unreadable = (reason: string, line: number): PubpipeError =>
  new PubpipeError('DOCUMENT_UNREADABLE', `The template can't be read: ${reason} (line ${line}).`, {
    details: { line },
  });
