import type { PdfFacts } from '../pdf/pdf-facts.ts';
import { PdfFault } from '../pdf/pdf-fault.ts';
import type { PdfReader } from '../pdf/pdf-reader.ts';
import { checkPdfContent } from './check-pdf-content.ts';
import { checkPdfPages } from './check-pdf-pages.ts';
import type { ExpectedPdf } from './expected-pdf.ts';
import { mismatch } from './mismatch.ts';
import { openWrittenFile } from './open-written-file.ts';
import type { PdfInfo, Poppler } from './poppler.ts';

/** What {@link checkPdf} works with. */
export interface CheckPdfOptions {
  readonly reader: PdfReader;
  readonly poppler: Poppler;
  readonly signal: AbortSignal;
  /** What our own reader has read of the PDF as it is, if it has. */
  readonly facts?: PdfFacts | undefined;
}

/**
 * Checks that a PDF is whole and what was asked for. Our own reader sees every object that the pages use, and
 * is strict; poppler must read it without a complaint and find the same pages. What is drawn
 * on them is not looked at.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is damaged or something else than asked.
 * @throws PubpipeError `RENDERER_UNAVAILABLE` when poppler can't be started.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function checkPdf(path: string, expected: ExpectedPdf, options: CheckPdfOptions): Promise<void> {
  const { signal, poppler } = options;
  const { password, pages } = expected;
  const otherReading = poppler.read(path, { password, maxPages: pagesToRead(pages.length), signal });
  // What our own reader says is the clearer error; the other must have ended before anything is said.
  const [facts, info] = await Promise.allSettled([options.facts ?? readFacts(path, options), otherReading]);
  if (facts.status === 'rejected') throw facts.reason;
  checkPdfPages(facts.value.pages, expected);
  checkPdfContent(facts.value, expected);
  if (info.status === 'rejected') throw info.reason;
  compareWithPoppler(facts.value, info.value);
}

/** How many pages are read of a PDF that should have so many: one more shows that there are too many. */
export const pagesToRead = (pages: number): number => pages + 1;

async function readFacts(path: string, { reader, signal }: CheckPdfOptions): Promise<PdfFacts> {
  const file = await openWrittenFile(path);
  try {
    return await reader.read(file.fd, signal);
  } catch (error) {
    if (error instanceof PdfFault) throw damaged(error);
    throw error;
  } finally {
    await file.close();
  }
}

/** The `OUTPUT_MISMATCH` error of a PDF with a fault. */
export const damaged = (fault: PdfFault): Error =>
  mismatch(`The PDF is damaged: ${fault.message}.`, 'a whole PDF', fault.message, fault);

/** Compares our own reading of a PDF with that of poppler. Throws `OUTPUT_MISMATCH`. */
export function compareWithPoppler({ pages }: PdfFacts, info: PdfInfo): void {
  if (info.complaints !== '') {
    throw mismatch('The PDF is damaged: poppler complains about it.', 'a sound PDF', info.complaints.slice(0, 1000));
  }
  const differs = pages.findIndex(({ trimBox: [left, bottom, right, top], rotation }, index) => {
    const other = info.pages[index];
    if (other === undefined || other.rotation !== rotation) return true;
    return Math.abs(other.widthPt - (right - left)) > 0.02 || Math.abs(other.heightPt - (top - bottom)) > 0.02;
  });
  if (differs === -1 && info.pageCount === pages.length) return;
  // A file that programs read in different ways may be printed in any of them.
  throw mismatch('The PDF is damaged: poppler finds other pages in it than we do.', pages[differs] ?? pages.length, {
    pageCount: info.pageCount,
    page: info.pages[differs],
  });
}
