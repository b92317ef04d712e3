import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { MergedDocument } from '@pubpipe/scribus-runner/merge';
import { expect, it } from 'vitest';
import { seededRandom } from '../fixtures/random.ts';
import { openRendererForTest, type RendererUnderTest } from '../integration/open-renderer.ts';
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
  expect(together.workers).toBeLessThan(count / 2);
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
