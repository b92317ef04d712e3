import type { PageSize } from './protocol/answer.ts';

/** A file that Scribus has written and that is not handed over yet. */
export interface ExportedFile {
  readonly kind: 'pdf' | 'png' | 'jpeg';
  /** The name it will have in the output directory. */
  readonly name: string;
  /** Absolute path, for now, in a directory that Scribus can't reach. */
  readonly path: string;
  /** Page number of a page image, from 1. */
  readonly page?: number | undefined;
  /** What opens a PDF; empty if anybody can. */
  readonly password?: string | undefined;
}

/** What a change of a file means for its check. */
export interface ExportChange {
  /** Sizes of the PDF's pages after cutting (their trim boxes), in their order, if they are no longer the document's. */
  readonly pages?: readonly PageSize[] | undefined;
}

/**
 * Looks at, and may change, each file that Scribus has written, before the truth check: imposition, stamping,
 * adding to the document information. It is called for one file of a render after the other, in the order in
 * which they are written, while Scribus writes the next; files of other renders come at the same time.
 *
 * A change is made in place, under the same path. It must leave a whole file of the same kind; page images
 * keep their size in pixels. When it gives a PDF other pages, it says so in what it returns, and bleed and marks
 * are then not compared. The file comes from a document that may be hostile: bound what reads it.
 *
 * `signal` aborts when the render ends early. What it throws fails the render with `RENDER_FAILED`.
 *
 * @example
 * ```ts
 * import { createScribusRenderer } from '@pubpipe/scribus-runner';
 *
 * const afterExport: AfterExport = async ({ kind, path }, { signal }) => {
 *   if (kind !== 'pdf') return;
 *   await execFileAsync('qpdf', ['--replace-input', '--linearize', path], { signal });
 * };
 * const renderer = createScribusRenderer({ afterExport });
 * ```
 */
export type AfterExport = (
  file: ExportedFile,
  controls: { readonly signal: AbortSignal },
) => Promise<ExportChange | undefined> | Promise<void>;
