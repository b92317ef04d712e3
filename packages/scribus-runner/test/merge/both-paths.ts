import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MergePath } from '@pubpipe/core';
import type { MergedDocument } from '@pubpipe/scribus-runner/merge';
import { readPdf } from '../integration/read-pdf.ts';
import { inOrder, type MergeUnderTest, wordsOf } from './open-merge.ts';

/** What is compared of one document: hashes of its page images and of its PDF's pages as drawn, its words, its findings. */
interface Appearance {
  readonly images: readonly string[];
  readonly drawn: string;
  readonly words: string;
  readonly findings: readonly unknown[];
  readonly title: string;
}

/** One record as it comes out of both paths. */
export interface BothWays {
  readonly fast: Appearance;
  readonly xml: Appearance;
  /** Which path the first really took, and why if it was not the fast one. */
  readonly path: MergePath;
  readonly reason: string | undefined;
}

const run = promisify(execFile);
const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** Renders records by both paths. */
export async function renderBothWays(merge: MergeUnderTest['merge'], csv: string): Promise<readonly BothWays[]> {
  const renditions = [{ kind: 'pdf' }, { kind: 'png', dpi: 96 }] as const;
  const render = async (fastPath: boolean) =>
    await inOrder(await merge(csv, { renditions, fastPath, failOn: [], name: '%VAR_COUNT%' }));
  const [fast, xml] = [await render(true), await render(false)];
  return await Promise.all(
    fast.map(async (document, index) => ({
      fast: await appearanceOf(document),
      xml: await appearanceOf(xml[index]),
      path: document.path,
      reason: document.pathReason,
    })),
  );
}

async function appearanceOf(document: MergedDocument | undefined): Promise<Appearance> {
  if (document?.status !== 'rendered') throw document?.error ?? new Error('There is no such document.');
  const { directory, result } = document;
  const pdf = join(directory, 'document.pdf');
  const names = result.renditions.filter(({ kind }) => kind === 'png').map(({ name }) => name);
  const images = await Promise.all(names.toSorted().map(async (name) => hash(await readFile(join(directory, name)))));
  const { stdout: drawn } = await run('pdftoppm', ['-r', '96', pdf], { encoding: 'buffer', maxBuffer: 2 ** 30 });
  const title = readPdf(pdf).info['Title'] ?? '';
  return { images, drawn: hash(drawn), words: wordsOf(pdf), findings: result.findings, title };
}
