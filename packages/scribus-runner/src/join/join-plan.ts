import type { PartLayer, PartLink } from './part-reading.ts';

/** What a joined PDF has besides the pages of its parts. */
export interface JoinPlan {
  readonly parts: readonly PlannedPart[];
  /** Title of the whole; undefined: the first part's. */
  readonly title: string | undefined;
  readonly claims: JoinedClaims;
}

/** A part, as far as it is kept until all parts were read. */
export interface PlannedPart {
  readonly pageCount: number;
  /** Of its bookmark. */
  readonly title: string | undefined;
  readonly links: readonly PartLink[];
  readonly layers: readonly PartLayer[];
}

/** What a joined PDF says of itself as a whole: what all of its parts say. */
export interface JoinedClaims {
  /** Entries of the catalog, and of the document information, that are taken from the first part. */
  readonly catalog: readonly string[];
  readonly information: readonly string[];
  /** When the last of the parts was changed, as PDF writes dates. */
  readonly modified: string | undefined;
  /** Markers for the XMP metadata. */
  readonly pdfx: string | undefined;
  readonly pdfa: { readonly part: string; readonly conformance: string } | undefined;
}
