import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { isPubpipeError } from '@pubpipe/core/driver';
import type { PdfFacts } from '../pdf/pdf-facts.ts';
import { PdfFault } from '../pdf/pdf-fault.ts';
import type { ReadOptions } from '../pdf/pdf-question.ts';
import type { PdfReader } from '../pdf/pdf-reader.ts';
import { outputUnwritable } from '../staging-directory.ts';
import { damaged } from '../truth-check/check-pdf.ts';
import { openWrittenFile } from '../truth-check/open-written-file.ts';

interface PinOptions {
  readonly reader: PdfReader;
  readonly signal: AbortSignal;
  /** Given to read what comes of it, too, which is faster than to read it later. */
  readonly thenRead?: ReadOptions | undefined;
}

/**
 * Makes a PDF independent of when, where and by which process it was written: its dates become `date`, its
 * identifiers a digest of its content, in their places and lengths. What Scribus has named after its address
 * in memory gets another name, in a copy that takes the file's place. A PDF with a password is left as it is.
 * Returns what was read of it then, if `thenRead`.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is damaged.
 * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses it.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function pinPdf(
  path: string,
  date: Date,
  { reader, signal, thenRead }: PinOptions,
): Promise<PdfFacts | undefined> {
  const copyPath = `${path}.${randomUUID()}`;
  try {
    const file = await openWrittenFile(path, 'update');
    try {
      const { copied, facts } = await reader.pin(file.fd, { date, copyTo: copyPath, thenRead }, signal);
      if (copied) await rename(copyPath, path);
      return facts;
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
