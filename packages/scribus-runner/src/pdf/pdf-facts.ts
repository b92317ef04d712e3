/** Left, bottom, right and top edge in points, as in the file. */
export type PdfBox = readonly [left: number, bottom: number, right: number, top: number];

/** A page of a PDF. Boxes that the file leaves out are what the standard says they are then. */
export interface PdfPageFacts {
  readonly mediaBox: PdfBox;
  readonly bleedBox: PdfBox;
  readonly trimBox: PdfBox;
  /** What viewers show of the page. */
  readonly cropBox: PdfBox;
  /** How many points a unit of the boxes is: 1 unless the page says otherwise. */
  readonly userUnit: number;
  /** Whether something is drawn on it, if only white. */
  readonly drawn: boolean;
  /** Whether there are links, form fields or notes on it. */
  readonly annotated: boolean;
  /** Rotation for display: 0, 90, 180 or 270 degrees. */
  readonly rotation: number;
}

/** A font that a PDF uses. */
export interface PdfFont {
  /** PostScript name, without the tag of a subset. */
  readonly name: string;
  readonly embedded: boolean;
}

/** For which printing condition a PDF was made. */
export interface PdfOutputIntent {
  /** Such as `GTS_PDFX`. */
  readonly subtype: string;
  /** Its identifier, condition and description, as far as it has them. */
  readonly names: readonly string[];
  /** The embedded ICC profile: its colour space, such as `CMYK`; undefined when there is none. */
  readonly profileSpace: string | undefined;
}

/** What a PDF says of itself, as the strict reader finds it. */
export interface PdfFacts {
  /** Version, such as `1.4`: of the catalog if it names one, else of the first line. */
  readonly version: string;
  readonly pages: readonly PdfPageFacts[];
  readonly encrypted: boolean;
  /** Whether it has layers, which a viewer can switch on and off. */
  readonly layered: boolean;
  /** What it may make a viewer do, such as `JavaScript` or `Launch`, and `EmbeddedFile` if it carries one. */
  readonly actions: readonly string[];
  /** Fonts of all pages, forms, patterns and annotations, each once. */
  readonly fonts: readonly PdfFont[];
  /** Names of spot colours as bytes, a character each: without registration and the process colours. */
  readonly spotColours: readonly string[];
  readonly outputIntents: readonly PdfOutputIntent[];
  /** Marker of PDF/X in the document information, such as `PDF/X-3:2002`. */
  readonly pdfxVersion: string | undefined;
  /** Such as `PDF/X-1a:2001`. */
  readonly pdfxConformance: string | undefined;
  /** Marker of PDF/X in the XMP metadata, such as `PDF/X-4`. */
  readonly xmpPdfxVersion: string | undefined;
  /** Whether the document information says of trapping yes or no, as PDF/X asks. */
  readonly trappedKnown: boolean;
}
