// How long renders take: warm beside cold, beside a Scribus that renders everything itself, and without what keeps them safe.
import { globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseAssetName, type Renderer } from '@pubpipe/core';
import { createScribusRenderer, type ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { PdfReader } from '../../packages/scribus-runner/src/pdf/pdf-reader.ts';
import { openWrittenFile } from '../../packages/scribus-runner/src/truth-check/open-written-file.ts';
import { startForkedScribus } from '../programs/forked-scribus.ts';
import { startInProcessScribus } from '../programs/in-process-scribus.ts';
import { median, pairedRatio, percentile, spread } from '../statistics.ts';
import type { BenchSuite, Row } from '../suite.ts';

const templates = '/usr/share/scribus/templates/*/*.sla.gz';
const card = '/usr/share/scribus/templates/buscard1/buscard1.sla.gz';
const rounds = 21;
const batchRounds = 3;

export const suite: BenchSuite = { name: 'render', run };

async function run(): Promise<Row[]> {
  const documents = globSync(templates).toSorted();
  if (documents.length === 0) throw new Error(`There are no templates of Scribus: ${templates}`);
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-bench-'));
  try {
    const { rows, middle } = await measureBatches(documents, directory);
    return [...(await measureCard(directory)), ...rows, ...(await measureSafety(middle, directory))];
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** One business card: all ways in turns. */
async function measureCard(temporaryDirectory: string): Promise<Row[]> {
  const inProcess = await startInProcessScribus(temporaryDirectory);
  const forked = await startForkedScribus(temporaryDirectory);
  const [warm, cold] = (['warm', 'cold'] as const).map((mode) => createScribusRenderer({ mode, temporaryDirectory }));
  if (warm === undefined || cold === undefined) throw new TypeError('There are two renderers.');
  const seconds = { inProcess: [] as number[], forked: [] as number[], warm: [] as number[], cold: [] as number[] };
  try {
    await Promise.all([warm.warmUp(), cold.warmUp()]);
    // The first round loads fonts: it does not count.
    for (let round = 0; round <= rounds; round += 1) {
      const taken = {
        inProcess: await inProcess.render(card, join(temporaryDirectory, 'card.pdf')),
        forked: await forked.render(card, 'preferred'),
        warm: await secondsToRender(warm, card),
        cold: await secondsToRender(cold, card),
      };
      if (round === 0) continue;
      for (const name of Object.keys(taken) as (keyof typeof taken)[]) seconds[name].push(taken[name]);
    }
  } finally {
    await Promise.all([inProcess.close(), forked.close(), warm.close(), cold.close()]);
  }
  return [
    { id: 'cold-median-s', value: median(seconds.cold), unit: 's', samples: rounds, spread: spread(seconds.cold) },
    { id: 'warm-median-s', value: median(seconds.warm), unit: 's', samples: rounds, spread: spread(seconds.warm) },
    { id: 'warm-p95-s', value: percentile(seconds.warm, 0.95), unit: 's', samples: rounds },
    { id: 'cold-over-warm', ...pairedRatio(seconds.cold, seconds.warm), unit: 'ratio', goal: 6, comparator: '>=' },
    {
      id: 'warm-over-inprocess',
      ...pairedRatio(seconds.forked, seconds.inProcess),
      unit: 'ratio',
      goal: 1.25,
      comparator: '<=',
    },
  ];
}

/** All templates, from before Scribus is started to the last checked PDF; and the one that takes the middle of the times. */
async function measureBatches(documents: readonly string[], temporaryDirectory: string) {
  const cold: number[] = [];
  const coldByTwo: number[] = [];
  const warm: number[] = [];
  let singles: readonly number[] = [];
  for (let round = 0; round < batchRounds; round += 1) {
    const batch = (options: ScribusRendererOptions) => renderAll(documents, { ...options, temporaryDirectory });
    const renderedWarm = await batch({ mode: 'warm' });
    singles = renderedWarm.seconds;
    warm.push(renderedWarm.total);
    cold.push((await batch({ mode: 'cold', slots: 1 })).total);
    coldByTwo.push((await batch({ mode: 'cold', slots: 2 })).total);
  }
  const middle = documents[singles.indexOf(percentile(singles, 0.5))] ?? card;
  const rows: Row[] = [
    { id: 'batch-documents', value: documents.length, unit: 'documents', samples: 1 },
    { id: 'batch-cold-s', value: median(cold), unit: 's', samples: batchRounds },
    { id: 'batch-cold-two-at-once-s', value: median(coldByTwo), unit: 's', samples: batchRounds },
    { id: 'batch-warm-s', value: median(warm), unit: 's', samples: batchRounds },
    { id: 'batch-cold-over-warm', ...pairedRatio(cold, warm), unit: 'ratio', goal: 6, comparator: '>=' },
    { id: 'batch-cold-two-over-warm', ...pairedRatio(coldByTwo, warm), unit: 'ratio' },
  ];
  return { rows, middle };
}

async function renderAll(documents: readonly string[], options: ScribusRendererOptions) {
  const begunAt = performance.now();
  const renderer = createScribusRenderer(options);
  try {
    const seconds = await Promise.all(documents.map((document) => secondsToRender(renderer, document)));
    return { total: (performance.now() - begunAt) / 1000, seconds };
  } finally {
    await renderer.close();
  }
}

/** What screening, sandbox and truth check together add to the render of one document. */
async function measureSafety(document: string, temporaryDirectory: string): Promise<Row[]> {
  const safe = createScribusRenderer({ mode: 'warm', temporaryDirectory });
  const bare = createScribusRenderer({ mode: 'warm', temporaryDirectory, sandbox: 'off', screening: 'off' });
  const reader = new PdfReader();
  const outputDirectory = await mkdtemp(join(temporaryDirectory, 'output-'));
  const seconds = { safe: [] as number[], unchecked: [] as number[], check: [] as number[] };
  try {
    await renderInto(outputDirectory, bare, document);
    await safe.warmUp();
    for (let round = 0; round <= rounds; round += 1) {
      const whole = await secondsToRender(safe, document);
      const check = await secondsToCheck(join(outputDirectory, 'document.pdf'), reader);
      // The truth check can't be switched off: what it takes is taken away.
      const unchecked = (await secondsToRender(bare, document)) - check;
      if (round === 0) continue;
      seconds.safe.push(whole);
      seconds.unchecked.push(unchecked);
      seconds.check.push(check);
    }
  } finally {
    await Promise.all([safe.close(), bare.close(), reader.close()]);
  }
  const { value, spread: between } = pairedRatio(seconds.safe, seconds.unchecked);
  const share = { value: value - 1, spread: [between[0] - 1, between[1] - 1] as const };
  return [
    { id: 'safety-overhead', ...share, unit: 'ratio', goal: 0.15, comparator: '<=', samples: rounds },
    { id: 'safety-document-s', value: median(seconds.safe), unit: 's', samples: rounds },
    { id: 'safety-truth-check-s', value: median(seconds.check), unit: 's', samples: rounds },
  ];
}

/** The truth check's two readings of a PDF. Comparing them takes no time. */
async function secondsToCheck(path: string, reader: PdfReader): Promise<number> {
  const { signal } = new AbortController();
  const begunAt = performance.now();
  const file = await openWrittenFile(path);
  try {
    await reader.read(file.fd, signal);
    return (performance.now() - begunAt) / 1000;
  } finally {
    await file.close();
  }
}

/** From the request to the checked PDF. */
async function secondsToRender(renderer: Renderer, document: string): Promise<number> {
  const outputDirectory = await mkdtemp(join(tmpdir(), 'pubpipe-bench-'));
  try {
    const begunAt = performance.now();
    await renderInto(outputDirectory, renderer, document);
    return (performance.now() - begunAt) / 1000;
  } finally {
    await rm(outputDirectory, { recursive: true });
  }
}

const renderInto = (outputDirectory: string, renderer: Renderer, document: string) =>
  renderer.render({
    inputDirectory: dirname(document),
    document: parseAssetName(basename(document)),
    outputDirectory,
    renditions: [{ kind: 'pdf' }],
    // One of the templates links images that its package doesn't bring.
    failOn: [],
  });
