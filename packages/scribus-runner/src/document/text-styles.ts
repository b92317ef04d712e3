import type { Attributes } from './attributes.ts';

/** What of a text's style anyone looks at. */
export type StyleTrait = 'FONT' | 'FCOLOR' | 'FSHADE' | 'BGCOLOR';

// A style may name itself, or a circle of styles each other.
const maxDepth = 50;
const maxStyles = 20_000;

/** The paragraph and character styles of a document, which come before its texts. */
export class TextStyles {
  readonly #paragraph = new Map<string, Attributes>();
  readonly #character = new Map<string, Attributes>();
  #defaultParagraph: Attributes = {};
  #defaultCharacter: Attributes = {};
  #documentFont: string | undefined;

  /** Looks at the beginning of an element. */
  see(element: string, attributes: Attributes): void {
    if (element === 'DOCUMENT') this.#documentFont = attributes['DFONT'];
    if (element === 'STYLE') {
      if (attributes['DefaultStyle'] === '1') this.#defaultParagraph = attributes;
      keep(this.#paragraph, attributes['NAME'], attributes);
    }
    if (element === 'CHARSTYLE') {
      if (attributes['DefaultStyle'] === '1') this.#defaultCharacter = attributes;
      keep(this.#character, attributes['CNAME'], attributes);
    }
  }

  /** What a piece of text says itself or by its character style; undefined when that is left to its paragraph. */
  ofRun(run: Attributes, trait: StyleTrait): string | undefined {
    return own(run, trait) ?? this.#ofCharacterStyle(run['CPARENT'], trait);
  }

  /** What holds for the pieces of a paragraph that don't say it themselves. */
  ofParagraph(paragraph: string | undefined, story: Attributes, trait: StyleTrait): string | undefined {
    const named = paragraph === undefined || paragraph === '' ? undefined : paragraph;
    return (
      this.#ofParagraphStyle(named ?? story['PARENT'], trait) ??
      own(story, trait) ??
      own(this.#defaultParagraph, trait) ??
      this.#ofCharacterStyle(this.#defaultParagraph['CPARENT'], trait) ??
      own(this.#defaultCharacter, trait) ??
      (trait === 'FONT' ? this.#documentFont : undefined)
    );
  }

  #ofParagraphStyle(name: string | undefined, trait: StyleTrait): string | undefined {
    return chain(
      this.#paragraph,
      name,
      'PARENT',
      (style) => own(style, trait) ?? this.#ofCharacterStyle(style['CPARENT'], trait),
    );
  }

  #ofCharacterStyle(name: string | undefined, trait: StyleTrait): string | undefined {
    return chain(this.#character, name, 'CPARENT', (style) => own(style, trait));
  }
}

const own = (attributes: Attributes, trait: StyleTrait): string | undefined => attributes[trait] || undefined;

function keep(styles: Map<string, Attributes>, name: string | undefined, attributes: Attributes): void {
  if (name !== undefined && styles.size < maxStyles) styles.set(name, attributes);
}

/** Follows a style to its parents until one of them says it. */
function chain(
  styles: ReadonlyMap<string, Attributes>,
  name: string | undefined,
  parent: 'PARENT' | 'CPARENT',
  ask: (style: Attributes) => string | undefined,
): string | undefined {
  let style = name === undefined ? undefined : styles.get(name);
  for (let depth = 0; style !== undefined && depth < maxDepth; depth += 1) {
    const answer = ask(style);
    if (answer !== undefined) return answer;
    style = styles.get(style[parent] ?? '');
  }
  return undefined;
}
