import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type ErrorCode, isPubpipeError } from '@pubpipe/core';
import type { RenderableDocument } from '@pubpipe/core/testing';
import { expect, it } from 'vitest';
import { documentOf, documents, linkedImage, severalSizes } from '../fixtures/documents.ts';
import { type Mutation, mutationsOf } from '../fixtures/mutations.ts';
import { openRendererForTest, type RendererUnderTest } from './open-renderer.ts';
import { processesOf } from './renderer-processes.ts';

const badCount = 200;
const goodEvery = 6;

// What a document can be at fault for, or can bring Scribus to.
const codesOfDocuments: readonly ErrorCode[] = [
  ...(['DOCUMENT_EMPTY', 'DOCUMENT_TRUNCATED', 'DOCUMENT_UNREADABLE', 'DOCUMENT_TOO_NEW', 'UNSAFE_DOCUMENT'] as const),
  ...(['PREFLIGHT_FAILED', 'INVALID_INPUT', 'RENDER_FAILED', 'RENDER_LIMIT', 'OUTPUT_MISMATCH'] as const),
  ...(['RENDERER_CRASHED', 'RENDER_TIMEOUT'] as const),
];

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const template = (path: string): string => gunzipSync(readFileSync(`/usr/share/scribus/templates/${path}`)).toString();
const texts = [
  severalSizes,
  fixture('three-pages.sla'),
  fixture('master-groups.sla'),
  template('buscard1/buscard1.sla.gz'),
];

interface Attempt {
  readonly what: string;
  readonly document: RenderableDocument;
  readonly must: 'succeed' | 'fail' | 'have a code if it fails';
}

const toAttempt = ({ what, content, packed, hopeless }: Mutation): Attempt => ({
  what,
  document: documentOf(content, linkedImage, packed ? 'document.sla.gz' : 'document.sla'),
  must: hopeless ? 'fail' : 'have a code if it fails',
});

/** All processes but that which waits for its job, which is another after each job. */
async function lastingProcesses({ temporaryDirectory, forkedAhead }: RendererUnderTest) {
  const [processes, waiting] = [await processesOf(temporaryDirectory), await forkedAhead()];
  return processes.filter(({ id }) => !waiting.includes(id));
}

it('gives every bad document a code, completes the good ones between them, and leaves nothing', {
  timeout: 600_000,
}, async () => {
  const opened = await openRendererForTest({ timeoutMs: 30_000 });
  await opened.renderer.warmUp();
  const attempts = mutationsOf(texts, badCount).map(toAttempt);
  const good: Attempt = { what: 'a good one', document: documents.sound, must: 'succeed' };
  const mixed = attempts.flatMap((attempt, index) => (index % goodEvery === 0 ? [good, attempt] : [attempt]));
  const run = async ({ what, document, must }: Attempt) => {
    const renditions = [{ kind: 'pdf' }, { kind: 'png', dpi: 36 }] as const;
    const [outcome] = await Promise.allSettled([opened.render(document, { renditions, failOn: [] })]);
    return { what, must, outcome };
  };

  // The first render shows what memory processes hold that outlive a job, if there are any.
  await run(good);
  const before = await lastingProcesses(opened);
  const outcomes = await Promise.all(mixed.map(run));
  const after = await lastingProcesses(opened);

  for (const { what, must, outcome } of outcomes) {
    if (outcome.status === 'fulfilled') expect.soft(must, what).not.toBe('fail');
    else {
      const { reason } = outcome;
      expect.soft(must, `${what}: ${reason}`).not.toBe('succeed');
      expect.soft(codesOfDocuments, `${what}: ${reason}`).toContain(isPubpipeError(reason) ? reason.code : reason);
    }
  }
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  for (const [index, { residentBytes }] of after.entries()) {
    expect(residentBytes - (before[index]?.residentBytes ?? 0)).toBeLessThan(10 * 1024 ** 2);
  }
  await opened.renderer.close();
  expect(await opened.processes()).toEqual([]);
  expect(await opened.temporaryFiles()).toEqual([]);
});
