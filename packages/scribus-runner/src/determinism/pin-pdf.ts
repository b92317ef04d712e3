import { PdfFault } from '../pdf/pdf-fault.ts';
import type { PdfReader } from '../pdf/pdf-reader.ts';
import { damaged } from '../truth-check/check-pdf.ts';
import { openWrittenFile } from '../truth-check/open-written-file.ts';

/**
 * Makes a PDF independent of when and where it was written: its dates become `date`, and its identifiers a
 * digest of its content, in their places and lengths. A PDF with a password is left as it is.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is damaged.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function pinPdf(
  path: string,
  date: Date,
  { reader, signal }: { readonly reader: PdfReader; readonly signal: AbortSignal },
): Promise<void> {
  const file = await openWrittenFile(path, 'update');
  try {
    await reader.pin(file.fd, date, signal);
  } catch (error) {
    throw error instanceof PdfFault ? damaged(error) : error;
  } finally {
    await file.close();
  }
}
