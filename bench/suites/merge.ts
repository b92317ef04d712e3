// How fast records are merged: beside a Scribus for each card, with 1, 2 and 4 children, for few records and for many.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAssetName } from '@pubpipe/core';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import { openData, openTemplate } from '@pubpipe/scribus-runner/merge';
import { templateOf } from '../../packages/scribus-runner/src/merge/template/open-template.ts';
import { cardsAsCsv } from '../programs/card-records.ts';
import type { MergeMeasure } from '../programs/merge-records.ts';
import { runProgram } from '../run-program.ts';
import { median, pairedRatio, spread } from '../statistics.ts';
import type { BenchSuite, Row } from '../suite.ts';

const template = 'business-card.sla';
const fixtures = fileURLToPath(new URL('../../packages/scribus-runner/test/fixtures/', import.meta.url));
/** As it is installed: built. */
const command = fileURLToPath(new URL('../../packages/scribus-runner/dist/cli/main.js', import.meta.url));
const toPdf = fileURLToPath(new URL('../peers/rendering/to-pdf.py', import.meta.url));
const execute = promisify(execFile);
const rounds = 5;
const cards = 100;
/** So many are rendered by a cold Scribus each, and stand for all. */
const coldCards = 10;
const manyCards = 2000;
const childCounts = [1, 2, 4] as const;

export const suite: BenchSuite = { name: 'merge', run };

async function run(): Promise<Row[]> {
  await execute('pnpm', ['--filter', '@pubpipe/scribus-runner...', 'build'], { maxBuffer: 1024 * 1024 });
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-bench-'));
  try {
    await mkdir(join(directory, 'images'));
    await cp(join(fixtures, 'merge', template), join(directory, template));
    await cp(join(fixtures, 'red-150.png'), join(directory, 'images', 'red.png'));
    return [...(await measureCards(directory)), ...(await measureCounts(directory))];
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * 100 cards by the command, from its start to its end, by both paths; and cold ones, bare, and with all that keeps renders
 * safe: all ways in turns.
 */
async function measureCards(directory: string): Promise<Row[]> {
  await writeFile(join(directory, 'cards.csv'), await Array.fromAsync(cardsAsCsv(cards)));
  const documents = await writeDocuments(directory);
  const seconds = { fast: [] as number[], xml: [] as number[], cold: [] as number[], coldSafe: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    seconds.fast.push(await secondsOf(() => mergeByCommand(directory, [])));
    seconds.xml.push(await secondsOf(() => mergeByCommand(directory, ['--no-fast-path'])));
    seconds.cold.push((await secondsOf(() => renderCold(directory, documents))) * (cards / coldCards));
    seconds.coldSafe.push((await secondsOf(() => renderColdSafely(directory, documents))) * (cards / coldCards));
  }
  const of = (taken: readonly number[]) => ({
    value: median(taken),
    unit: 's',
    samples: rounds,
    spread: spread(taken),
  });
  return [
    { id: 'merge-100-s', ...of(seconds.fast), goal: 6, comparator: '<=' },
    { id: 'merge-100-xml-s', ...of(seconds.xml) },
    { id: 'cold-100-s', ...of(seconds.cold) },
    { id: 'cold-safe-100-s', ...of(seconds.coldSafe) },
    { id: 'cold-over-merge', ...pairedRatio(seconds.cold, seconds.fast), unit: 'ratio', goal: 25, comparator: '>=' },
    { id: 'cold-safe-over-merge', ...pairedRatio(seconds.coldSafe, seconds.fast), unit: 'ratio' },
    { id: 'xml-over-fast', ...pairedRatio(seconds.xml, seconds.fast), unit: 'ratio' },
  ];
}

/** Records a second without any start, and what memory the last records take more than the first. */
async function measureCounts(directory: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const children of childCounts) {
    const fewOnes = [await measure(directory, { records: cards, children })];
    const many = await measure(directory, { records: manyCards, children });
    fewOnes.push(await measure(directory, { records: cards, children }));
    // Before the many and after them: the machine itself is not as fast at all times.
    const few = { seconds: mean(fewOnes.map(({ seconds }) => seconds)) };
    const perSecond = (records: number, { seconds }: Pick<MergeMeasure, 'seconds'>) => ({
      value: records / seconds,
      unit: 'records/s',
    });
    const name = `records-per-s-${children}-${children === 1 ? 'child' : 'children'}`;
    rows.push(
      { id: `${name}-${cards}`, ...perSecond(cards, few), samples: 2 * cards },
      { id: `${name}-${manyCards}`, ...perSecond(manyCards, many), samples: manyCards },
    );
    if (children !== 2) continue;
    const growth = ([first, last]: readonly [number, number]) => ({ value: last - first, unit: 'MiB' });
    rows.push(
      { id: 'records-per-s', ...perSecond(manyCards, many), samples: manyCards },
      {
        id: 'many-over-few',
        value: many.seconds / manyCards / (few.seconds / cards),
        unit: 'ratio',
        goal: 1.2,
        comparator: '<=',
        samples: 1,
      },
      { id: 'node-cpu-per-record-ms', value: (many.nodeCpuSeconds / manyCards) * 1000, unit: 'ms', samples: manyCards },
      // What is held grows with the rooms of the garbage collector, and then stays; what can be reached is ours.
      { id: 'node-growth-mib', ...growth(many.nodeLiveMib), goal: 4, comparator: '<=', samples: manyCards },
      { id: 'node-held-growth-mib', ...growth(many.nodeMib), samples: manyCards },
      { id: 'scribus-growth-mib', ...growth(many.scribusMib), goal: 32, comparator: '<=', samples: manyCards },
    );
  }
  return rows;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const measure = (directory: string, { records, children }: { readonly records: number; readonly children: number }) =>
  runProgram<MergeMeasure>('merge-records', [directory, template, String(records), String(children), 'fast']);

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begunAt = performance.now();
  await work();
  return (performance.now() - begunAt) / 1000;
}

async function mergeByCommand(directory: string, flags: readonly string[]): Promise<void> {
  const out = await mkdtemp(join(directory, 'out-'));
  const files = ['--data', join(directory, 'cards.csv'), '--out', out, '--report', join(out, 'report.json')];
  const options = ['--out-name', '%VAR_COUNT%-%VAR_name%', '--jobs', '2', ...flags];
  const node = [command, 'merge', join(directory, template), ...files, ...options];
  await execute(process.execPath, node, { maxBuffer: 1024 * 1024 });
  await rm(out, { recursive: true });
}

/** The documents of some cards, as scripts write them for Scribus. */
async function writeDocuments(directory: string): Promise<readonly string[]> {
  const opened = await openTemplate({ inputDirectory: directory, document: parseAssetName(template) });
  const data = await openData(join(directory, 'cards.csv'));
  const documents: string[] = [];
  for await (const record of data.records()) {
    if (documents.length === coldCards) break;
    const path = join(directory, `cold-${record.number}.sla`);
    await writeFile(path, templateOf(opened).makeDocument([record], { title: '' }).text);
    documents.push(path);
  }
  return documents;
}

/** A Scribus for each document, one after the other, unchecked. */
async function renderCold(directory: string, documents: readonly string[]): Promise<void> {
  for (const document of documents) {
    await execute('scribus', [
      '-platform',
      'offscreen',
      '-g',
      '-ns',
      '-py',
      toPdf,
      document,
      join(directory, 'cold.pdf'),
    ]);
  }
}

/** The same with a HOME of its own for each, in the sandbox, and checked, as a merge does it. */
async function renderColdSafely(directory: string, documents: readonly string[]): Promise<void> {
  const renderer = createScribusRenderer({ mode: 'cold', slots: 1 });
  try {
    for (const document of documents) {
      const outputDirectory = await mkdtemp(join(directory, 'cold-'));
      const renditions = [{ kind: 'pdf' }] as const;
      await renderer.render({
        inputDirectory: directory,
        document: parseAssetName(basename(document)),
        outputDirectory,
        renditions,
      });
      await rm(outputDirectory, { recursive: true });
    }
  } finally {
    await renderer.close();
  }
}
