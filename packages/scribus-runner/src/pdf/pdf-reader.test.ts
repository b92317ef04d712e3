import { closeSync, openSync } from 'node:fs';
import process from 'node:process';
import type { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { onePage, pdfOfObjects, temporaryFile } from '../../test/fixtures/pdf-of-objects.ts';
import { PdfReader } from './pdf-reader.ts';

const { signal } = new AbortController();
const short = pdfOfObjects(onePage());
// Takes a thread longer than another one has patience.
const objectCount = 100_000;
const chain = Array.from({ length: objectCount }, (_, index) => {
  const next = index + 1 < objectCount ? index + 5 : 3;
  return [index + 4, `[${next} 0 R]`] as const;
});
const long = pdfOfObjects(onePage('/X 4 0 R', Object.fromEntries(chain)));

async function openReader(): Promise<{ readonly reader: PdfReader; readonly started: readonly Worker[] }> {
  const started: Worker[] = [];
  const note = (worker: Worker) => started.push(worker);
  process.on('worker', note);
  const reader = new PdfReader();
  onTestFinished(async () => {
    process.off('worker', note);
    await reader.close();
  });
  return { reader, started };
}

async function openTemporary(content: Buffer): Promise<number> {
  const descriptor = openSync(await temporaryFile(content), 'r');
  onTestFinished(() => closeSync(descriptor));
  return descriptor;
}

it('reads several short PDFs at once in one thread', async () => {
  const { reader, started } = await openReader();
  const descriptor = await openTemporary(short);
  await reader.read(descriptor, signal);

  const all = await Promise.all(Array.from({ length: 5 }, () => reader.read(descriptor, signal)));

  expect(all).toHaveLength(5);
  expect(started).toHaveLength(1);
});

it('starts another thread for a PDF that would wait long', async () => {
  const { reader, started } = await openReader();
  const [longOne, shortOne] = [await openTemporary(long), await openTemporary(short)];
  await reader.read(shortOne, signal);

  await Promise.all([reader.read(longOne, signal), reader.read(shortOne, signal)]);

  expect(started).toHaveLength(2);
});

it('gives the thread on when the PDF that waited for it is cancelled', async () => {
  const { reader, started } = await openReader();
  const descriptor = await openTemporary(short);
  await reader.read(descriptor, signal);
  const cancelling = new AbortController();

  const first = reader.read(descriptor, signal);
  const second = reader.read(descriptor, cancelling.signal);
  const third = reader.read(descriptor, signal);
  cancelling.abort();

  await expect(second).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(Promise.all([first, third])).resolves.toHaveLength(2);
  expect(started).toHaveLength(1);
});

it('says CLOSED to those that wait for a thread, too', async () => {
  const { reader } = await openReader();
  const descriptor = await openTemporary(long);

  const all = [reader.read(descriptor, signal), reader.read(descriptor, signal)];
  const outcomes = Promise.allSettled(all);
  await reader.close();

  const closed = { status: 'rejected', reason: { code: 'CLOSED' } };
  await expect(outcomes).resolves.toMatchObject([closed, closed]);
});
