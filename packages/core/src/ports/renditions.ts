import type { AssetName } from './asset-name.ts';
import type { PdfOptions, PdfProfile } from './pdf-options.ts';

/** A PDF of the document. One request may ask for several, under different names. */
export interface PdfRendition {
  readonly kind: 'pdf';
  /** @defaultValue 'document.pdf' */
  readonly fileName?: AssetName | undefined;
  /** What it is for. @defaultValue the document's own settings */
  readonly profile?: PdfProfile | undefined;
  /** Page numbers, from 1, ascending. @defaultValue all pages */
  readonly pages?: readonly number[] | undefined;
  /** Settings that differ from the profile's, or from the document's. */
  readonly options?: PdfOptions | undefined;
}

/** Which pages become images, and how large. One request may ask for several sets, with different prefixes. */
export interface PageImages {
  /** Resolution in dots per inch, 18 to 1,200. @defaultValue 72 */
  readonly dpi?: number | undefined;
  /** Page numbers, from 1, ascending. @defaultValue all pages */
  readonly pages?: readonly number[] | undefined;
  /**
   * What their names begin with: `page-` names `page-0001.png`, `small/` names `small/0001.png`. It doesn't
   * end with a digit.
   * @defaultValue 'page-'
   */
  readonly prefix?: string | undefined;
}

/** A PNG of each page, `page-0001.png` and so on, as many pixels as the page has at `dpi`, within one. */
export interface PngRendition extends PageImages {
  readonly kind: 'png';
}

/**
 * A JPEG of each page, `page-0001.jpg` and so on, as many pixels as the page has at `dpi`, within one. It is
 * for previews: how strongly it is packed is the renderer's.
 */
export interface JpegRendition extends PageImages {
  readonly kind: 'jpeg';
}

/** One thing that a render is asked to make. */
export type RenditionRequest = PdfRendition | PngRendition | JpegRendition;

/** One finished output file, checked. */
export interface Rendition {
  readonly kind: 'pdf' | 'png' | 'jpeg';
  /** Its path inside the output directory. */
  readonly name: AssetName;
  readonly mediaType: 'application/pdf' | 'image/png' | 'image/jpeg';
  /** Length in bytes. */
  readonly byteSize: number;
  /** Page number of a page image, from 1. */
  readonly page?: number | undefined;
}
