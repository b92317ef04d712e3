import type { PdfBox, PdfFacts, PdfPageFacts } from './pdf-facts.ts';
import { PdfFault } from './pdf-fault.ts';
import type { PdfFile } from './pdf-file.ts';
import { type Pdfium, type PdfiumPage, pdfiumMaxBytes } from './pdfium.ts';
import { readPdfFacts } from './read-pdf-facts.ts';

const boxes = ['mediaBox', 'cropBox', 'bleedBox', 'trimBox'] as const;
// PDFium's numbers have 24 bits.
const relativeTolerance = 2 ** -22;

/**
 * Reads a PDF with our own strict reader, and then with PDFium, who must find the same pages: a file that programs read
 * in different ways may be printed in any of them. Throws a {@link PdfFault}.
 */
export function readPdfTwice(file: PdfFile, pdfium: Pdfium, password: string): PdfFacts {
  const facts = readPdfFacts(file);
  if (file.bytes.size < pdfiumMaxBytes) compare(facts.pages, pdfium.readPages(file.bytes, password));
  return facts;
}

function compare(pages: readonly PdfPageFacts[], others: readonly PdfiumPage[]): void {
  if (pages.length !== others.length) {
    throw new PdfFault(`PDFium finds ${others.length} pages in it, and our own reader ${pages.length}`);
  }
  const differs = pages.findIndex((page, index) => !isSame(page, others[index]));
  if (differs !== -1) throw new PdfFault(`PDFium finds another page ${differs + 1} in it than our own reader`);
}

const isSame = (page: PdfPageFacts, other: PdfiumPage | undefined): boolean =>
  page.rotation === other?.rotation && boxes.every((box) => isNear(page[box], other[box]));

const isNear = (a: PdfBox, b: PdfBox): boolean =>
  a.every((edge, index) => Math.abs(edge - (b[index] ?? Number.NaN)) <= Math.abs(edge) * relativeTolerance);
