import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { isPubpipeError } from '@pubpipe/core/driver';
import { PdfFault } from '../pdf/pdf-fault.ts';
import type { PdfReader } from '../pdf/pdf-reader.ts';
import { outputUnwritable } from '../staging-directory.ts';
import { damaged } from '../truth-check/check-pdf.ts';
import { openWrittenFile } from '../truth-check/open-written-file.ts';

interface PinOptions {
  readonly reader: PdfReader;
  readonly signal: AbortSignal;
}

/**
 * Makes a PDF independent of when, where and by which process it was written: its dates become `date`, its
 * identifiers a digest of its content, in their places and lengths. What Scribus has named after its address
 * in memory gets another name, in a copy that takes the file's place. A PDF with a password is left as it is.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is damaged.
 * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses it.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function pinPdf(path: string, date: Date, { reader, signal }: PinOptions): Promise<void> {
  const copyPath = `${path}.${randomUUID()}`;
  try {
    const file = await openWrittenFile(path, 'update');
    try {
      const copy = await open(copyPath, 'wx+');
      try {
        const copied = await reader.pin(file.fd, { date, copyTo: copy.fd }, signal);
        await (copied ? rename(copyPath, path) : rm(copyPath));
      } finally {
        await copy.close();
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(copyPath, { force: true });
    if (error instanceof PdfFault) throw damaged(error);
    const { code } = error as NodeJS.ErrnoException;
    if (isPubpipeError(error) || code === undefined) throw error;
    throw outputUnwritable(code, { cause: error });
  }
}
