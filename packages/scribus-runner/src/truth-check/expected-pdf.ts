import type { PreflightBleed } from '@pubpipe/core/driver';
import type { PageSize } from '../protocol/answer.ts';

/** A kind of PDF/X whose marker a PDF must bear. */
export type PdfXProfile = 'pdf/x-1a' | 'pdf/x-3' | 'pdf/x-4';

/** What a PDF must be. What is left out is not looked at. */
export interface ExpectedPdf {
  /** The document's pages that were asked for, in order. */
  readonly pages: readonly PageSize[];
  /** Opens the PDF, if it is encrypted; else empty. */
  readonly password: string;
  /** Rotation for display that was asked for. Left out, a page may have its size turned or not. */
  readonly rotation?: 0 | 90 | 180 | 270 | undefined;
  /**
   * Bleed around each page. Left and right may come the other way round: in a document with facing pages,
   * Scribus takes them for the inner and the outer edge.
   */
  readonly bleed?: PreflightBleed | undefined;
  /** How far the sheet reaches beyond the bleed on each side, for printer's marks: 0 without them. */
  readonly marksPt?: number | undefined;
  /** Version, such as `1.4`. */
  readonly version?: string | undefined;
  /** Markers of PDF/X: with a profile for output, fonts embedded, not encrypted. A marker is not conformance. */
  readonly profile?: PdfXProfile | undefined;
  /** `embedded`: each font is; `outlined`: there is none. */
  readonly fonts?: 'embedded' | 'outlined' | undefined;
  /** Name of the printing condition, whose profile must be embedded. */
  readonly outputIntent?: string | undefined;
  /** Spot colours that must be there by name, or `none` of any name. */
  readonly spotColours?: { readonly named: readonly string[] } | 'none' | undefined;
  readonly encrypted?: boolean | undefined;
  /** Whether something is drawn on each page, be it white: Scribus always does. */
  readonly drawn?: true | undefined;
  /** There are no links, form fields and notes. */
  readonly annotations?: 'none' | undefined;
  /** There are no layers that a viewer could switch off. */
  readonly layers?: 'none' | undefined;
  /** Nothing in it makes a viewer run scripts or programs, and it carries no files. */
  readonly actions?: 'none' | undefined;
}
