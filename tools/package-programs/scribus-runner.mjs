// Renders one of Scribus' own templates, without a job store.
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAssetName } from '@pubpipe/core';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import { loadEntries } from './load-entries.mjs';

const entries = await loadEntries('@pubpipe/scribus-runner');
const directory = await mkdtemp(join(tmpdir(), 'pubpipe-package-'));
const [inputDirectory, outputDirectory] = [join(directory, 'in'), join(directory, 'out')];
await Promise.all([mkdir(inputDirectory), mkdir(outputDirectory)]);
await copyFile('/usr/share/scribus/templates/buscard1/buscard1.sla.gz', join(inputDirectory, 'card.sla.gz'));
const renderer = createScribusRenderer();
try {
  const { renditions } = await renderer.render({
    inputDirectory,
    outputDirectory,
    document: parseAssetName('card.sla.gz'),
    renditions: [{ kind: 'pdf' }, { kind: 'png', dpi: 96 }],
  });
  assert.deepEqual(renditions.map(({ name }) => name).toSorted(), ['document.pdf', 'page-0001.png']);
  console.log(`@pubpipe/scribus-runner: ${entries} entry, a card is rendered`);
} finally {
  await renderer.close();
  await rm(directory, { recursive: true });
}
