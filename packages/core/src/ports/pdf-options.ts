/**
 * A set of settings for one purpose. What a PDF is then like doesn't depend on what was last clicked in the
 * document, but for its bleed and its colour management; {@link PdfOptions} change single settings of it.
 *
 * | setting       | `screen`  | `print`, `pdf/x-*`                                           |
 * | ------------- | --------- | ------------------------------------------------------------ |
 * | version       | 1.5       | 1.6 · X-1a:2001 and X-3:2002 (1.3) · X-4 (1.6)               |
 * | colour        | `screen`  | `print`                                                      |
 * | spot colours  | `process` | `keep`                                                       |
 * | resolution    | 150 dpi   | 300 dpi                                                      |
 * | downsampling  | 150 dpi   | none                                                         |
 * | images        | `auto`, quality `high` | `auto`, quality `maximum`                       |
 * | bleed         | none      | the document's                                               |
 * | bookmarks     | yes       | no                                                           |
 *
 * All of them: fonts as subsets, no marks, thumbnails, layers, rotation, mirroring, encryption, JavaScript.
 *
 * A PDF/X marker says what the file was made as, not that it conforms: transparency, for instance, is not
 * flattened for X-1a and X-3.
 */
export type PdfProfile = 'screen' | 'print' | 'pdf/x-1a' | 'pdf/x-3' | 'pdf/x-4';

/** Version of a PDF that is not PDF/X. Layers need 1.5. */
export type PdfVersion = '1.3' | '1.4' | '1.5' | '1.6';

/** Unit of a length outside the page: millimetres, or points of 1/72 inch. */
export type LengthUnit = 'mm' | 'pt';

/** How far a PDF reaches beyond the cut on each side: 0 to 100 mm. */
export interface BleedWidths {
  /** @defaultValue 'mm' */
  readonly unit?: LengthUnit | undefined;
  readonly top: number;
  /** In a document of facing pages, the outer side. */
  readonly right: number;
  readonly bottom: number;
  /** In a document of facing pages, the inner side. */
  readonly left: number;
}

/** What is drawn around the pages. Marks that are not named are not drawn. */
export interface PrinterMarks {
  /** Where to cut. */
  readonly crop?: boolean | undefined;
  /** Where the bleed ends. */
  readonly bleed?: boolean | undefined;
  /** Crosses by which the separations are aligned. */
  readonly registration?: boolean | undefined;
  /** Fields of known colours. */
  readonly colourBars?: boolean | undefined;
  /** Title and page number. */
  readonly documentInfo?: boolean | undefined;
  /** Of `length` and `offset`. @defaultValue 'mm' */
  readonly unit?: LengthUnit | undefined;
  /** Length of crop and bleed marks, above 0 to 100 mm. @defaultValue 20 pt */
  readonly length?: number | undefined;
  /** Distance of the marks from the bleed, 0 to 100 mm. @defaultValue 0 */
  readonly offset?: number | undefined;
}

/** Something that the reader of an encrypted PDF may do. */
export type PdfPermission = 'print' | 'change' | 'copy' | 'annotate';

/**
 * Passwords of a PDF: 1 to 32 characters of printable ASCII. The cipher is RC4, which keeps honest people
 * honest and nobody else out.
 */
export interface PdfEncryption {
  /** Gives all permissions; differs from `userPassword`. */
  readonly ownerPassword: string;
  /** Opens the PDF. @defaultValue anybody can open it */
  readonly userPassword?: string | undefined;
  /** What may be done without the owner's password. @defaultValue [] */
  readonly allow?: readonly PdfPermission[] | undefined;
}

/** The press for which a PDF/X is made. */
export interface PdfOutputIntent {
  /**
   * Name of a printer profile that the renderer knows, as the profile itself gives it, such as
   * `ISO Coated v2 300% (basICColor)`.
   * @defaultValue the document's
   */
  readonly profile?: string | undefined;
  /** What people are told of the press, 1 to 200 characters. @defaultValue the document's, or else the profile's name */
  readonly info?: string | undefined;
}

/** Single settings of a PDF. What is not given comes from the profile, and without one from the document. */
export interface PdfOptions {
  /** Not with PDF/X, which has its own. */
  readonly pdfVersion?: PdfVersion | undefined;
  /** `screen` is RGB, `print` CMYK, `grey` one channel. PDF/X takes `print` only. */
  readonly colour?: 'screen' | 'print' | 'grey' | undefined;
  /** Whether spot colours stay inks of their own, or are made of process colours. `keep` needs `print`. */
  readonly spotColours?: 'keep' | 'process' | undefined;
  /** Resolution at which drawings that can't stay drawings become images, in dots per inch: 35 to 4,000. */
  readonly resolutionDpi?: number | undefined;
  /** Images above it are brought down to it: 35 dpi to `resolutionDpi`. `none` leaves them as they are. */
  readonly downsampleDpi?: number | 'none' | undefined;
  /** Of images: `auto` chooses for each, `jpeg` loses detail, `zip` none, `none` leaves them unpacked. */
  readonly compression?: 'auto' | 'jpeg' | 'zip' | 'none' | undefined;
  /** Of images that become JPEG: with `auto` and `jpeg`. */
  readonly quality?: 'maximum' | 'high' | 'medium' | 'low' | 'minimum' | undefined;
  /** How far the pages reach beyond the cut. */
  readonly bleed?: 'none' | 'document' | BleedWidths | undefined;
  /** Marks around the pages; `{}` draws none. They make the pages' media box larger. */
  readonly marks?: PrinterMarks | undefined;
  /** `outline` turns text into shapes, which can't be searched; not with PDF/X. */
  readonly fonts?: 'subset' | 'full' | 'outline' | undefined;
  /** Whether the document's bookmarks become the PDF's. */
  readonly bookmarks?: boolean | undefined;
  /** Whether the PDF has a small image of each page. */
  readonly thumbnails?: boolean | undefined;
  /** Whether the document's layers become the PDF's: needs version 1.5 or PDF/X-4. */
  readonly layers?: boolean | undefined;
  /** For display, clockwise, in degrees. The page boxes stay as they are. */
  readonly rotation?: 0 | 90 | 180 | 270 | undefined;
  /** What is mirrored, for film and transfer. Not with PDF/X. */
  readonly mirror?: 'none' | 'horizontal' | 'vertical' | 'both' | undefined;
  /** Not with PDF/X. */
  readonly encryption?: 'none' | PdfEncryption | undefined;
  /** Only with PDF/X. */
  readonly outputIntent?: PdfOutputIntent | undefined;
}
