// Renders every template that Scribus ships, each in a Scribus of its own, one after the other.
import { globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseAssetName, type Renderer } from '@pubpipe/core';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import { median, percentile, spread } from '../statistics.ts';
import type { BenchSuite, Row } from '../suite.ts';

const templates = '/usr/share/scribus/templates/*/*.sla.gz';

export const suite: BenchSuite = { name: 'render', run };

async function run(): Promise<Row[]> {
  const documents = globSync(templates).toSorted();
  if (documents.length === 0) throw new Error(`There are no templates of Scribus: ${templates}`);
  const renderer = createScribusRenderer({ slots: 1 });
  try {
    await renderer.warmUp();
    const seconds: number[] = [];
    for (const document of documents) seconds.push(await secondsToRender(renderer, document));
    return [
      { id: 'cold-median-s', value: median(seconds), unit: 's', samples: seconds.length, spread: spread(seconds) },
      { id: 'cold-p95-s', value: percentile(seconds, 0.95), unit: 's', samples: seconds.length },
      { id: 'cold-total-s', value: seconds.reduce((sum, value) => sum + value, 0), unit: 's', samples: seconds.length },
      { id: 'cold-documents', value: seconds.length, unit: 'documents', samples: seconds.length },
    ];
  } finally {
    await renderer.close();
  }
}

/** From the request to the checked PDF. */
async function secondsToRender(renderer: Renderer, document: string): Promise<number> {
  const outputDirectory = await mkdtemp(join(tmpdir(), 'pubpipe-bench-'));
  try {
    const begunAt = performance.now();
    await renderer.render({
      inputDirectory: dirname(document),
      document: parseAssetName(basename(document)),
      outputDirectory,
      renditions: [{ kind: 'pdf' }],
      // One of the templates links images that its package doesn't bring.
      failOn: [],
    });
    return (performance.now() - begunAt) / 1000;
  } finally {
    await rm(outputDirectory, { recursive: true });
  }
}
