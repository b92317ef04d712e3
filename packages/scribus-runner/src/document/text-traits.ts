import type { Attributes } from './attributes.ts';
import { type Frame, isFrame } from './frame-stack.ts';
import { type StyleTrait, TextStyles } from './text-styles.ts';

const traits: readonly StyleTrait[] = ['FONT', 'FCOLOR', 'BGCOLOR'];
const pieces: ReadonlySet<string> = new Set(['ITEXT', 'var']);
const ends: ReadonlySet<string> = new Set(['para', 'trail']);

/** Called with each font or colour of a text, often more than once. */
export type TraitListener = (trait: StyleTrait, value: string, frame: Frame | undefined) => void;

/** Finds out in which fonts and colours the texts of a document are set, whoever says so: text, style or default. */
export class TextTraits {
  readonly #styles = new TextStyles();
  readonly #listen: TraitListener;
  #story: Attributes = {};
  /** What pieces of the paragraph that has begun leave to it. */
  readonly #open = new Set<StyleTrait>();

  constructor(listen: TraitListener) {
    this.#listen = listen;
  }

  /** Looks at the beginning of an element inside `frame`. */
  see(element: string, attributes: Attributes, frame: Frame | undefined): void {
    this.#styles.see(element, attributes);
    if (element === 'StoryText' || isFrame(element)) this.#story = {};
    if (element === 'DefaultStyle') this.#story = attributes;
    if (pieces.has(element) && attributes['CH'] !== '') this.#seePiece(attributes, frame);
    if (ends.has(element)) this.#endParagraph(attributes['PARENT'], frame);
  }

  /** Notes the end of an element inside `frame`. */
  leave(element: string, frame: Frame | undefined): void {
    // Before Scribus 1.5 the text is in the frame itself, and its last paragraph has no end.
    if (element === 'StoryText' || isFrame(element)) this.#endParagraph(undefined, frame);
  }

  #seePiece(piece: Attributes, frame: Frame | undefined): void {
    for (const trait of traits) {
      const value = this.#styles.ofRun(piece, trait);
      if (value === undefined) this.#open.add(trait);
      else this.#listen(trait, value, frame);
    }
  }

  #endParagraph(style: string | undefined, frame: Frame | undefined): void {
    for (const trait of this.#open) {
      const value = this.#styles.ofParagraph(style, this.#story, trait);
      if (value !== undefined) this.#listen(trait, value, frame);
    }
    this.#open.clear();
  }
}
