import type { PdfFacts } from '../pdf/pdf-facts.ts';
import { PdfFault } from '../pdf/pdf-fault.ts';
import type { PdfReader } from '../pdf/pdf-reader.ts';
import { checkPdfContent } from './check-pdf-content.ts';
import { checkPdfPages } from './check-pdf-pages.ts';
import type { ExpectedPdf } from './expected-pdf.ts';
import { mismatch } from './mismatch.ts';
import { openWrittenFile } from './open-written-file.ts';

/** What {@link checkPdf} works with. */
export interface CheckPdfOptions {
  readonly reader: PdfReader;
  readonly signal: AbortSignal;
  /** What was read of the PDF as it is, if it was. */
  readonly facts?: PdfFacts | undefined;
}

/**
 * Checks that a PDF is whole and what was asked for. Our own reader sees every object that the pages use, and is strict;
 * PDFium must find the same pages. What is drawn on them is not looked at.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is damaged or something else than asked.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function checkPdf(path: string, expected: ExpectedPdf, options: CheckPdfOptions): Promise<void> {
  const facts = options.facts ?? (await readFacts(path, expected, options));
  checkPdfPages(facts.pages, expected);
  checkPdfContent(facts, expected);
}

async function readFacts(
  path: string,
  { password }: ExpectedPdf,
  { reader, signal }: CheckPdfOptions,
): Promise<PdfFacts> {
  const file = await openWrittenFile(path);
  try {
    return await reader.read(file.fd, signal, { password });
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
