import type { SaxesParser } from 'saxes';

/** The beginning of an element of a document. */
export interface DocumentElement {
  readonly name: string;
  /** As written, character references resolved. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Line in which its tag ends, from 1. */
  readonly line: number;
}

/** Gathers one kind of facts while a document is read, in the one pass that there is. */
export interface DocumentCollector {
  /** Looks at the beginning of an element. What it throws ends the reading. */
  open(element: DocumentElement): void;
  /** Listens to what the parser tells besides elements. What a listener throws ends the reading. */
  attach?(parser: SaxesParser<{ position: true }>): void;
  /** Notes the end of an element. */
  close?(name: string): void;
}
