import { createHash } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { ExportedFile } from '@pubpipe/scribus-runner';
import type { MergedDocument } from '@pubpipe/scribus-runner/merge';
import { expect, it, vi } from 'vitest';
import { seededRandom } from '../fixtures/random.ts';
import { openRendererForTest, type RendererUnderTest } from '../integration/open-renderer.ts';
import { processesOf } from '../integration/renderer-processes.ts';
import { inOrder, openMerge } from './open-merge.ts';
import { processesOfMerge } from './processes-of-merge.ts';

const names = ['', '', 'Anna', 'Bert & <Co>', 'W'.repeat(60), 'שלום', 'ﬁ ﬂ', '"two\nlines"', 'tab\there', '😀'];
const longs = ['', 'short', 'many words that go on and on '.repeat(20)];

/** Rows of values and of none, in an order that is the same each time. */
function rowsOf(count: number): string {
  const random = seededRandom(7);
  const rows = Array.from({ length: count }, () =>
    [random.of(names), random.of(names), random.of(names), random.of(longs)].join(','),
  );
  return `a,b,c,long\n${rows.join('\n')}\n`;
}

/** The directories of processes that make records, by their numbers. */
async function workersOf({ temporaryDirectory }: RendererUnderTest): Promise<readonly string[]> {
  const jobs = (await readdir(temporaryDirectory)).map((name) => join(temporaryDirectory, name, 'records'));
  const workers = await Promise.all(jobs.map((directory) => readdir(directory).catch(() => [])));
  return workers.flat();
}

/** Resolves when a process has written its files and waits for its next record. */
async function isWaiting({ temporaryDirectory }: RendererUnderTest, worker: number): Promise<void> {
  const inside = `/records/${worker}/own`;
  for (const { id } of await processesOf(temporaryDirectory)) {
    const directory = await readlink(`/proc/${id}/cwd`).catch(() => '');
    if (directory.endsWith(inside) && (await readFile(`/proc/${id}/wchan`, 'utf8')).includes('pipe')) return;
  }
  throw new Error(`No process waits in ${inside}.`);
}

async function digestOf(document: MergedDocument): Promise<unknown> {
  if (document.status === 'failed') return document.error.code;
  const pdf = await readFile(join(document.directory, 'document.pdf'));
  const { path, pathReason, result } = document;
  return { pdf: createHash('sha256').update(pdf).digest('hex'), findings: result.findings, path, pathReason };
}

async function renderTexts(count: number, recordsPerProcess: number) {
  const opened = await openRendererForTest({ slots: 2, recordsPerProcess });
  const { merge } = await openMerge(opened.renderer, 'texts.sla');
  const workers = new Set<string>();
  const documents: MergedDocument[] = [];
  for await (const document of await merge(rowsOf(count), { failOn: [], name: '%VAR_COUNT%' })) {
    documents.push(document);
    for (const name of await workersOf(opened)) workers.add(name);
  }
  const ordered = documents.toSorted((a, b) => a.records.first - b.records.first);
  return { digests: await Promise.all(ordered.map(digestOf)), workers: workers.size };
}

it('makes the same bytes of a record in a process that has made others', { timeout: 180_000 }, async () => {
  const count = 60;

  const alone = await renderTexts(count, 1);
  const together = await renderTexts(count, 25);

  expect(together.digests).toEqual(alone.digests);
  expect(together.digests.filter((digest) => (digest as MergedDocument).path === 'fast').length).toBeGreaterThan(30);
  // How many a process makes depends on how long they take.
  expect(together.workers).toBeLessThan(alone.workers);
});

it('makes a record as a file whose process dies after it has made others', { timeout: 60_000 }, async () => {
  const opened = await openRendererForTest({ slots: 1 });
  const { merge, leftBeside } = await openMerge(opened.renderer, 'business-card.sla');
  const rows = Array.from({ length: 20 }, (_, index) => `Dr.,Person ${index + 1},1,a@b,w,s,c`).join('\n');
  const documents: MergedDocument[] = [];

  for await (const document of await merge(`title,name,phone,email,web,street,city\n${rows}\n`, { failOn: [] })) {
    documents.push(document);
    if (documents.length === 5) for (const id of (await processesOfMerge(opened)).records) process.kill(id, 'SIGKILL');
  }

  expect(documents.map(({ status }) => status)).toEqual(documents.map(() => 'rendered'));
  expect(documents).toHaveLength(20);
  const others = documents.filter(({ path }) => path === 'xml');
  expect(others.map(({ pathReason }) => pathReason)).toEqual([
    'it failed in a process that had made others: RENDERER_CRASHED',
  ]);
  expect(await opened.processes()).toEqual([]);
  expect(await opened.temporaryFiles()).toEqual([]);
  expect(await leftBeside()).toEqual([]);
});

it('leaves the records of one process to the next when it has made enough', async () => {
  const { renderer } = await openRendererForTest({ slots: 1, recordsPerProcess: 3 });
  const { merge } = await openMerge(renderer, 'business-card.sla');
  const rows = Array.from({ length: 10 }, (_, index) => `,P${index + 1},1,a@b,,s,c`).join('\n');

  const documents = await inOrder(await merge(`title,name,phone,email,web,street,city\n${rows}\n`, { failOn: [] }));

  expect(documents.map(({ status, path }) => [status, path])).toEqual(documents.map(() => ['rendered', 'fast']));
});

it('keeps what a process has written until it is checked, also when no place is left for the process', async () => {
  let images = 0;
  // The first file of the second record is looked at until the third record is made, by a process that comes after.
  const afterExport = async ({ kind }: ExportedFile) => {
    if (kind !== 'png') return;
    images += 1;
    if (images === 2) await vi.waitFor(() => isWaiting(opened, 2), { timeout: 20_000, interval: 5 });
  };
  const opened = await openRendererForTest({ slots: 1, afterExport });
  const { merge } = await openMerge(opened.renderer, 'business-card.sla');
  // A process that has made a card without `web` can make none with it.
  const rows = ['w', '', 'w', 'w'].map((web, index) => `,P${index + 1},1,a@b,${web},s,c`);
  const renditions = [{ kind: 'pdf' }, { kind: 'png' }] as const;
  const documents: MergedDocument[] = [];

  const merging = await merge(`title,name,phone,email,web,street,city\n${rows.join('\n')}\n`, {
    failOn: [],
    renditions,
  });
  for await (const document of merging) documents.push(document);

  expect(images).toBe(4);
  expect(documents.map(({ status, path }) => [status, path])).toEqual(documents.map(() => ['rendered', 'fast']));
  expect(documents).toHaveLength(4);
});
