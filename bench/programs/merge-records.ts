// Merges records in a process of its own, and prints how long that took and what memory was held on the way:
//
//   merge-records.ts <directory> <template> <records> <children> <fast|xml>
//
// In <directory> lies the template; what is rendered is removed at once.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseAssetName } from '@pubpipe/core';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import { mergeRecords, openData, openTemplate } from '@pubpipe/scribus-runner/merge';
import { readPssKib } from '../process-stat.ts';
import { ProcessTree } from '../process-tree.ts';
import { median } from '../statistics.ts';
import { cardsAsCsv } from './card-records.ts';

/** What is printed. */
export interface MergeMeasure {
  /** Of all records, without the start of anything. */
  readonly seconds: number;
  /** Processor time of this process alone, in the same time. */
  readonly nodeCpuSeconds: number;
  /** What this process can reach, what it holds, and what all of Scribus' hold, at the beginning and at the end: medians of samples. */
  readonly nodeLiveMib: readonly [number, number];
  readonly nodeMib: readonly [number, number];
  readonly scribusMib: readonly [number, number];
}

const [inputDirectory = '', template = '', count = '', children = '', path = ''] = process.argv.slice(2);
// As a flag of the command it would be one of threads too, which take none.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const records = Number(count);
// Looking at the memory of all processes takes some milliseconds: as many for each record, however many there are.
const everyRecords = 20;
const outputDirectory = await mkdtemp(join(inputDirectory, 'out-'));
const renderer = createScribusRenderer({ slots: Number(children), temporaryDirectory: inputDirectory });
const tree = new ProcessTree(process.pid);
const samples: { readonly live: number; readonly node: number; readonly scribus: number }[] = [];
try {
  await renderer.warmUp();
  const opened = await openTemplate({ inputDirectory, document: parseAssetName(template) });
  await merge(opened, 4);
  const cpuBefore = process.cpuUsage();
  const begunAt = performance.now();
  await merge(opened, records);
  const seconds = (performance.now() - begunAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const ends = (kind: 'live' | 'node' | 'scribus') =>
    [samples.slice(0, tenth), samples.slice(-tenth)].map((some) => median(some.map((sample) => sample[kind])));
  const measure = {
    seconds,
    nodeCpuSeconds: (user + system) / 1e6,
    nodeLiveMib: ends('live'),
    nodeMib: ends('node'),
    scribusMib: ends('scribus'),
  };
  console.log(JSON.stringify(measure));
} finally {
  await renderer.close();
  await rm(outputDirectory, { recursive: true });
}

async function merge(opened: Awaited<ReturnType<typeof openTemplate>>, total: number): Promise<void> {
  const data = await openData(() => cardsAsCsv(total), { format: 'csv' });
  const documents = mergeRecords(renderer, {
    template: opened,
    records: data.records(),
    outputDirectory,
    renditions: [{ kind: 'pdf' }],
    fastPath: path === 'fast',
  });
  let ended = 0;
  for await (const document of documents) {
    if (document.status === 'failed') throw document.error;
    if (document.path !== path) throw new Error(`A record took the path ${document.path}: ${document.pathReason}`);
    await rm(document.directory, { recursive: true });
    ended += 1;
    if (total === records && ended % everyRecords === 0) samples.push(look());
  }
}

function look() {
  collectGarbage();
  const others = tree.look().filter((pid) => pid !== process.pid);
  const scribus = others.reduce((sum, pid) => sum + readPssKib(pid), 0) / 1024;
  const { rss, heapUsed, external } = process.memoryUsage();
  const toMib = (bytes: number) => bytes / 1024 / 1024;
  return { live: toMib(heapUsed + external), node: toMib(rss), scribus };
}
