import { closeSync, openSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { copyNamedByNumber } from '../determinism/name-by-number.ts';
import { pinOpenPdf } from '../determinism/pin-open-pdf.ts';
import { readPart } from '../join/read-part.ts';
import { writeUpdate } from '../join/write-update.ts';
import { PdfFault } from './pdf-fault.ts';
import { PdfFile } from './pdf-file.ts';
import type { PdfAnswer, PdfQuestion, PinQuestion } from './pdf-question.ts';
import { readPdfFacts } from './read-pdf-facts.ts';

// Runs in a thread of its own, so that it can be ended whatever a PDF makes of it.
parentPort?.on('message', (question: PdfQuestion | undefined) => {
  if (question === undefined) parentPort?.close();
  else parentPort?.postMessage(answer(question));
});

/** Pins a file, or the copy that takes its place. */
function pinFile(descriptor: number, { date, copyTo, thenRead }: PinQuestion): PdfAnswer {
  let copy: number | undefined;
  try {
    copyNamedByNumber(descriptor, () => {
      copy = openSync(copyTo, 'wx+');
      return copy;
    });
    const pinned = copy ?? descriptor;
    pinOpenPdf(pinned, date);
    return { copied: copy !== undefined, ...(thenRead && { facts: readPdfFacts(new PdfFile(pinned)) }) };
  } finally {
    if (copy !== undefined) closeSync(copy);
  }
}

function answer({ descriptor, pin, asPart, join, unpackedBytes }: PdfQuestion): PdfAnswer {
  try {
    if (pin !== undefined) return pinFile(descriptor, pin);
    const file = new PdfFile(descriptor, unpackedBytes);
    if (asPart) return { part: readPart(file) };
    if (join === undefined) return { facts: readPdfFacts(file) };
    writeUpdate(file, join);
    return {};
  } catch (error) {
    if (error instanceof PdfFault) return { fault: error.message };
    return { error, errorCode: (error as NodeJS.ErrnoException).code };
  }
}
