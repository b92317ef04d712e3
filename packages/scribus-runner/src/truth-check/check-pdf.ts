import { type FileHandle, open } from 'node:fs/promises';
import type { PageSize } from '../protocol/answer.ts';
import { mismatch } from './mismatch.ts';
import { type PdfPage, readPdfInfo } from './pdf-info.ts';

/** What a PDF must be. */
export interface ExpectedPdf {
  /** The document's pages, in order. */
  readonly pages: readonly PageSize[];
  /** Opens the PDF, if the document's settings encrypt it; else empty. */
  readonly password: string;
}

const tolerancePt = 1;
const endBytes = 1024;

/**
 * Checks that a PDF is whole, that poppler reads it without a complaint, and that it has the document's
 * pages in their sizes. What is drawn on them is not looked at.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is damaged or has other pages.
 * @throws PubpipeError `RENDERER_UNAVAILABLE` when poppler can't be started.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function checkPdf(
  path: string,
  expected: ExpectedPdf,
  options: { readonly pdfinfo: readonly [string, ...string[]]; readonly signal: AbortSignal },
): Promise<void> {
  await checkEnds(path);
  const { pages: asked, password } = expected;
  const info = await readPdfInfo(path, { ...options, password, maxPages: asked.length });
  if (info.complaints !== '') {
    throw mismatch('The PDF is damaged: poppler complains about it.', 'a sound PDF', info.complaints.slice(0, 1000));
  }
  if (info.pageCount !== asked.length || info.pages.length !== asked.length) {
    throw mismatch(
      `The PDF has ${info.pageCount} pages instead of ${asked.length}.`,
      { pageCount: asked.length },
      { pageCount: info.pageCount },
    );
  }
  for (const [index, page] of info.pages.entries()) checkPage(index + 1, page, asked[index]);
}

/** A PDF begins with its version, and ends by saying where its table of objects is. */
async function checkEnds(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = await readAt(file, 0, 5);
    const end = await readAt(file, Math.max(0, size - endBytes), endBytes);
    if (start !== '%PDF-') throw mismatch('The PDF is damaged: it has no PDF header.', 'a whole PDF', { start });
    const [, table] = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(end) ?? [];
    if (table === undefined) {
      throw mismatch('The PDF is damaged: its end is missing.', 'a whole PDF', { byteSize: size });
    }
    // Poppler repairs a lost table without a word; a printer's program may not.
    if (!/^\s*(?:xref|\d+ \d+ obj)/.test(await readAt(file, Number(table), 32))) {
      throw mismatch('The PDF is damaged: its table of objects is not where it should be.', 'a whole PDF', { table });
    }
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.toString('latin1', 0, bytesRead);
}

function checkPage(number: number, got: PdfPage, asked: PageSize | undefined): void {
  if (asked === undefined) return;
  // Rotation is for display: boxes are given as they are without it.
  const { widthPt, heightPt } = got;
  const near = (a: number, b: number) => Math.abs(a - b) <= tolerancePt;
  if (near(widthPt, asked.widthPt) && near(heightPt, asked.heightPt)) return;
  throw mismatch(
    `Page ${number} of the PDF is ${widthPt} × ${heightPt} pt instead of ${asked.widthPt} × ${asked.heightPt} pt.`,
    { page: number, ...asked },
    { page: number, widthPt, heightPt },
  );
}
