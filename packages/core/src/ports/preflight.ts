/**
 * What the document check looks for. Words are added, never renamed.
 *
 * - `missing-image`: a linked file is not there. `unreadable-image`: it is, and can't be decoded.
 * - `low-resolution-image`: fewer pixels per inch than the output needs. `rgb-image`: RGB where CMYK is asked for.
 * - `missing-font`: a font in use is not there; another one is printed in its place.
 * - `overset-text`: text that doesn't fit into its frame, or the last frame of its chain, and is not printed.
 * - `missing-bleed`: an object that reaches the trim edge ends before the bleed, or the document has too little of it.
 * - `missing-profile`: an ICC profile that the document names is not there.
 */
export const preflightChecks = [
  'missing-image',
  'unreadable-image',
  'low-resolution-image',
  'rgb-image',
  'missing-font',
  'overset-text',
  'missing-bleed',
  'missing-profile',
] as const;

/** A fault of the document that `failOn` of a render request can turn into a failure. */
export type PreflightCheck = (typeof preflightChecks)[number];

/** `error`: the print will be wrong. `warning`: it may be. `info`: worth knowing. */
export type PreflightSeverity = 'error' | 'warning' | 'info';

/** What the document check found. */
export interface PreflightFinding {
  readonly check: PreflightCheck;
  readonly severity: PreflightSeverity;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** Page number, from 1; absent for objects on master pages and for what concerns the whole document. */
  readonly page?: number | undefined;
  /** Name of the frame or object in the document. */
  readonly object?: string | undefined;
  /** The linked file, as the document names it. */
  readonly file?: string | undefined;
  /** Numbers and names behind the sentence, such as `ppi`, `minPpi`, `font`, `substitute`, `bleedPt`. */
  readonly facts?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** A page as it is in the document. */
export interface PreflightPage {
  /** From 1. */
  readonly number: number;
  readonly widthPt: number;
  readonly heightPt: number;
}

/** How far content reaches beyond the trim edges, in points. In a book, `left` is the inner edge and `right` the outer one. */
export interface PreflightBleed {
  readonly topPt: number;
  readonly rightPt: number;
  readonly bottomPt: number;
  readonly leftPt: number;
}

/** A font that the document names. */
export interface PreflightFont {
  readonly name: string;
  /** Whether text is set in it. False for fonts of styles that no text uses. */
  readonly used: boolean;
  /** `document`: it came with the document. `missing`: it is not there. */
  readonly source: 'installed' | 'document' | 'missing';
  /** Name of the font that stands in for a missing one, where it is known. */
  readonly substitute?: string | undefined;
}

/** A frame that shows a linked image. */
export interface PreflightImage {
  /** The file, as the document names it. */
  readonly file: string;
  readonly object?: string | undefined;
  readonly page?: number | undefined;
  /** `unchecked`: the file is there, but decoding it once more would have taken too long. */
  readonly state: 'sound' | 'missing' | 'unreadable' | 'unchecked';
  /** Whether it belongs to what is printed: false on layers that are neither shown nor printed. */
  readonly printed: boolean;
  readonly colorSpace?: 'rgb' | 'cmyk' | 'gray' | 'duotone' | 'monochrome' | undefined;
  /** Pixels per inch at the size in which it is printed; absent inside groups and for what is not made of pixels. */
  readonly ppiX?: number | undefined;
  readonly ppiY?: number | undefined;
}

/** A colour of the document's list. */
export interface PreflightColor {
  readonly name: string;
  readonly space: 'cmyk' | 'rgb' | 'lab';
  readonly spot: boolean;
  /** Whether an object, a text or a gradient names it. */
  readonly used: boolean;
}

/** A layer, from the bottom. */
export interface PreflightLayer {
  readonly name: string;
  readonly visible: boolean;
  readonly printable: boolean;
}

/** An ICC profile that the document names. */
export interface PreflightProfile {
  readonly name: string;
  /** `output` is the press; the others are where the numbers of images and colours come from. */
  readonly use: 'output' | 'rgb-images' | 'cmyk-images' | 'rgb-colors' | 'cmyk-colors';
  /** Absent when nothing asked: the document is not colour managed and no PDF/X is wanted. */
  readonly present?: boolean | undefined;
}

/** What the report was made against. */
export interface PreflightExpectations {
  /** Pixels per inch below which an image is a finding. */
  readonly minPpi: number;
  /** Whether RGB images are a finding. */
  readonly cmyk: boolean;
  /** Whether an output profile is needed. */
  readonly outputProfile: boolean;
  /** Bleed that is wanted on every side, in points; 0 when the document's own is enough. */
  readonly bleedPt: number;
}

/** Lists of the report that can be cut, because a document may hold any number of what they list. */
export type PreflightList = 'findings' | 'fonts' | 'images' | 'colors' | 'layers' | 'pages';

/** What a document is made of, and what is wrong with it. Plain JSON. */
export interface PreflightReport {
  /** Version of this form. Fields are added without a new one. */
  readonly version: 1;
  readonly document: {
    /** Version of the program that made it, as it says it. */
    readonly madeWith?: string | undefined;
    /** What its author wrote about it, such as `title`, `author`, `keywords`; empty entries are left out. */
    readonly information: Readonly<Record<string, string>>;
    /** Whether colour management is on. */
    readonly colorManaged: boolean;
    readonly bleed: PreflightBleed;
  };
  readonly expectations: PreflightExpectations;
  /** Number of pages; `pages` may list fewer. */
  readonly pageCount: number;
  readonly pages: readonly PreflightPage[];
  readonly fonts: readonly PreflightFont[];
  readonly images: readonly PreflightImage[];
  readonly colors: readonly PreflightColor[];
  readonly layers: readonly PreflightLayer[];
  readonly profiles: readonly PreflightProfile[];
  /** Errors first, then by page. */
  readonly findings: readonly PreflightFinding[];
  /** Lists that were cut; empty when all is there. */
  readonly cut: readonly PreflightList[];
}
