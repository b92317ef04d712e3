import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAssetName, type Renderer } from '@pubpipe/core';
import {
  type MergeControls,
  type MergedDocument,
  type MergeRequest,
  mergeRecords,
  openData,
  openTemplate,
} from '@pubpipe/scribus-runner/merge';
import { onTestFinished } from 'vitest';

export const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** A template in a folder of its own, with images beside it. */
export interface MergeUnderTest {
  /** Where template and images lie. */
  readonly inputDirectory: string;
  readonly outputDirectory: string;
  /** What lies beside the template besides what was put there. */
  readonly leftBeside: () => Promise<readonly string[]>;
  /** Merges rows of CSV, as PDF unless `request` says otherwise. */
  readonly merge: (
    csv: string,
    request?: Partial<MergeRequest>,
    controls?: MergeControls,
  ) => Promise<AsyncGenerator<MergedDocument>>;
}

/** Puts a template of `fixtures/merge` into a folder that goes when the running test ends. */
export async function openMerge(renderer: Renderer, template: string): Promise<MergeUnderTest> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'pubpipe-merge-test-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const [inputDirectory, outputDirectory] = [join(root, 'in'), join(root, 'out')];
  await mkdir(join(inputDirectory, 'images'), { recursive: true });
  await mkdir(outputDirectory);
  await cp(join(fixtures, 'merge', template), join(inputDirectory, template));
  await cp(join(fixtures, 'red-150.png'), join(inputDirectory, 'images', 'red.png'));
  return {
    inputDirectory,
    outputDirectory,
    leftBeside: async () => (await readdir(inputDirectory)).filter((name) => name !== template && name !== 'images'),
    async merge(csv, request = {}, controls = {}) {
      const source = async function* () {
        yield Buffer.from(csv);
      };
      const data = await openData(source, { format: 'csv' });
      const opened = await openTemplate({ inputDirectory, document: parseAssetName(template) });
      const common = { template: opened, records: data.records(), outputDirectory };
      return mergeRecords(renderer, { ...common, renditions: [{ kind: 'pdf' }], ...request }, controls);
    },
  };
}

/** Documents in the order of their records. */
export async function inOrder(documents: AsyncIterable<MergedDocument>): Promise<readonly MergedDocument[]> {
  return (await Array.fromAsync(documents)).toSorted((a, b) => a.records.first - b.records.first);
}

/** The words of a PDF, as they are read. */
export const wordsOf = (pdf: string): string =>
  execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).replaceAll(/\s+/g, ' ').trim();
