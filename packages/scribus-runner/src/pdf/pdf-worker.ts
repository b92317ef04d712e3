import { closeSync, openSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { copyNamedByNumber } from '../determinism/name-by-number.ts';
import { pinOpenPdf } from '../determinism/pin-open-pdf.ts';
import { readPart } from '../join/read-part.ts';
import { writeUpdate } from '../join/write-update.ts';
import type { PdfFacts } from './pdf-facts.ts';
import { PdfFault } from './pdf-fault.ts';
import { PdfFile } from './pdf-file.ts';
import type { PdfAnswer, PdfQuestion, PinQuestion, ReadOptions } from './pdf-question.ts';
import { Pdfium } from './pdfium.ts';
import { readPdfTwice } from './read-pdf-twice.ts';

// Runs in a thread of its own, so that it can be ended whatever a PDF makes of it.
parentPort?.on('message', async (question: PdfQuestion | undefined) => {
  if (question === undefined) parentPort?.close();
  else parentPort?.postMessage(await answer(question));
});

// It takes a while, and a PDF will come.
let pdfium = loadPdfium();

function loadPdfium(): Promise<Pdfium> {
  const loading = Pdfium.load();
  // Why that fails, hears who needs it.
  loading.catch(() => undefined);
  return loading;
}

async function read(descriptor: number, { password = '', unpackedBytes }: ReadOptions): Promise<PdfFacts> {
  const reader = await pdfium;
  try {
    return readPdfTwice(new PdfFile(descriptor, unpackedBytes), reader, password);
  } finally {
    if (reader.isSpent) pdfium = loadPdfium();
  }
}

/** Pins a file, or the copy that takes its place. */
async function pinFile(descriptor: number, { date, copyTo, thenRead }: PinQuestion): Promise<PdfAnswer> {
  let copy: number | undefined;
  try {
    copyNamedByNumber(descriptor, () => {
      copy = openSync(copyTo, 'wx+');
      return copy;
    });
    const pinned = copy ?? descriptor;
    pinOpenPdf(pinned, date);
    return { copied: copy !== undefined, ...(thenRead && { facts: await read(pinned, thenRead) }) };
  } finally {
    if (copy !== undefined) closeSync(copy);
  }
}

async function answer(question: PdfQuestion): Promise<PdfAnswer> {
  const { descriptor, pin, asPart, join } = question;
  try {
    if (pin !== undefined) return await pinFile(descriptor, pin);
    if (asPart) return { part: readPart(new PdfFile(descriptor)) };
    if (join === undefined) return { facts: await read(descriptor, question) };
    writeUpdate(new PdfFile(descriptor), join);
    return {};
  } catch (error) {
    if (error instanceof PdfFault) return { fault: error.message };
    return { error, errorCode: (error as NodeJS.ErrnoException).code };
  }
}
