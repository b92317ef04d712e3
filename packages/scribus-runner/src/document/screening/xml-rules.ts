import type { SaxesParser } from 'saxes';
import type { DocumentElement } from '../document-collector.ts';
import { type UnsafeReason, unsafeDocument } from './unsafe-document.ts';

// Far above what Scribus writes: its templates have 155 attributes, 40,000 elements, 5 levels.
const documentLimits = {
  depth: 200,
  attributes: 1000,
  elements: 5_000_000,
  attributesInAll: 20_000_000,
} as const;
const maxAttributeLength = 16 * 1024 * 1024;
const imageData = 'ImageData';

/** Bounds of a document: how deep its elements lie, the attributes of one, and both in all. */
export type XmlLimits = Readonly<Record<keyof typeof documentLimits, number>>;

/**
 * Holds the XML itself to what Scribus writes: no document type, no instructions, no other encoding than UTF-8
 * (Scribus obeys `encoding="UTF-7"`, in which the markup looks like text to others), no prefixed elements (Scribus
 * ignores the prefix), and bounds on depth, attributes and elements.
 */
export class XmlRules {
  readonly #limits: XmlLimits;
  #depth = 0;
  #elements = 0;
  #attributes = 0;
  #attributesInAll = 0;

  constructor(parser: SaxesParser<{ position: true }>, limits: XmlLimits = documentLimits) {
    this.#limits = limits;
    const refuse = (reason: UnsafeReason, what: string, value: string) => {
      throw unsafeDocument({ reason, what, line: parser.line, value });
    };
    parser.on('doctype', (type) => refuse('dtd', 'has a document type', type.trim()));
    parser.on('processinginstruction', ({ target }) =>
      refuse('processing-instruction', 'has a processing instruction', target),
    );
    // Counting them as they come costs a tenth of going through an element's attributes.
    parser.on('attribute', ({ name, value }) => {
      this.#attributes += 1;
      if (value.length <= maxAttributeLength || name === imageData) return;
      refuse('limit', `has an attribute longer than ${maxAttributeLength} characters`, name);
    });
    parser.on('xmldecl', ({ encoding = 'utf-8' }) => {
      if (encoding.toLowerCase() !== 'utf-8') refuse('encoding', 'is not in UTF-8', encoding);
    });
  }

  /** Looks at the beginning of an element. */
  open({ name, line }: DocumentElement): void {
    this.#depth += 1;
    this.#elements += 1;
    const at = { element: name, line };
    if (name.includes(':')) throw unsafeDocument({ ...at, reason: 'namespace', what: 'has an element with a prefix' });
    const limit = (what: string) => unsafeDocument({ ...at, reason: 'limit', what });
    const { depth, attributes, elements, attributesInAll } = this.#limits;
    this.#attributesInAll += this.#attributes;
    if (this.#depth > depth) throw limit(`nests elements deeper than ${depth}`);
    if (this.#elements > elements) throw limit(`has more than ${elements} elements`);
    if (this.#attributes > attributes) throw limit(`has an element with more than ${attributes} attributes`);
    if (this.#attributesInAll > attributesInAll) throw limit(`has more than ${attributesInAll} attributes`);
    this.#attributes = 0;
  }

  /** Notes the end of an element. */
  close(): void {
    this.#depth -= 1;
  }
}
