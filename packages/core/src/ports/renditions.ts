import type { AssetName } from './asset-name.ts';

/** A PDF of the document. */
export interface PdfRendition {
  readonly kind: 'pdf';
  /** @defaultValue 'document.pdf' */
  readonly fileName?: AssetName | undefined;
}

/** A PNG of each page, `page-0001.png` and so on, as many pixels as the page has at `dpi`, within one. */
export interface PngRendition {
  readonly kind: 'png';
  /** Resolution in dots per inch, 18 to 1,200. @defaultValue 72 */
  readonly dpi?: number | undefined;
  /** Page numbers, from 1, ascending. @defaultValue all pages */
  readonly pages?: readonly number[] | undefined;
}

/** One thing that a render is asked to make. */
export type RenditionRequest = PdfRendition | PngRendition;

/** One finished output file, checked. */
export interface Rendition {
  readonly kind: 'pdf' | 'png';
  /** Its path inside the output directory. */
  readonly name: AssetName;
  readonly mediaType: 'application/pdf' | 'image/png';
  /** Length in bytes. */
  readonly byteSize: number;
  /** Page number of a page image, from 1. */
  readonly page?: number | undefined;
}
