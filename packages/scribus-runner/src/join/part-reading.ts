import type { PdfFacts } from '../pdf/pdf-facts.ts';

/** What there is to know of a part of a PDF that is joined. */
export interface PartReading {
  readonly facts: PdfFacts;
  readonly links: readonly PartLink[];
  /** In the order in which the pages lead to them. */
  readonly layers: readonly PartLayer[];
  readonly claims: PartClaims;
}

/** An annotation that leads to a page of the same part. Pages count from 0. */
export interface PartLink {
  readonly page: number;
  /** Which of the page's annotations it is, from 0. */
  readonly annotation: number;
  /** Whether the annotation itself names the page, or an action of it. */
  readonly by: 'destination' | 'action';
  readonly target: number;
  /** What is shown of the page: names and numbers. */
  readonly view: readonly ({ readonly name: string } | number | null)[];
}

/** What a viewer can switch on and off. */
export interface PartLayer {
  /** Its name, in bytes. */
  readonly name: string;
  readonly hidden: boolean;
  readonly locked: boolean;
  /** When its own settings decide whether it is shown: `Print`, `View`, `Export`. */
  readonly events: readonly string[];
  /** Where it stands in the list that viewers show. */
  readonly rank: number;
}

/** What a part says of itself as a whole. */
export interface PartClaims {
  /** Digests of entries of the catalog, and of the document information, by their keys. What is not there is left out. */
  readonly catalog: ReadonlyMap<string, string>;
  readonly information: ReadonlyMap<string, string>;
  /** When it was changed last, as PDF writes dates. */
  readonly modified: string | undefined;
  /** Level of PDF/A, such as `{ part: '2', conformance: 'B' }`. */
  readonly pdfa: { readonly part: string; readonly conformance: string } | undefined;
}
