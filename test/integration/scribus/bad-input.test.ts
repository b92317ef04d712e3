import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isEndEvent, type JobView, type RenderJobRequest } from '@pubpipe/core';
import type { RenderableDocument } from '@pubpipe/core/testing';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import { expect, onTestFinished, test } from 'vitest';
import {
  documentOf,
  documents,
  linkedImage,
  threePagesWith,
} from '../../../packages/scribus-runner/test/fixtures/documents.ts';
import { mayMount, mountTmpfs } from '../../kit/mount-tmpfs.ts';
import { openTestPipeline, type TestPipeline } from '../support/open-test-pipeline.ts';
import { uploadDocument } from '../support/upload-document.ts';

type Change = Partial<Omit<RenderJobRequest, 'document' | 'assets'>>;

const sound = new TextDecoder().decode(documents.sound.files[0]?.content);
const badDocuments: readonly [string, RenderableDocument, { code: string; says: RegExp; change?: Change }][] = [
  ['an empty document', documentOf(''), { code: 'DOCUMENT_EMPTY', says: /empty/ }],
  [
    'a document that was cut off',
    documentOf(sound.slice(0, sound.length / 2), linkedImage),
    { code: 'DOCUMENT_TRUNCATED', says: /ends/ },
  ],
  ['a text that is no document', documents.unreadable, { code: 'DOCUMENT_UNREADABLE', says: /Scribus/ }],
  [
    'a document of a newer Scribus',
    documentOf(threePagesWith('Version="1.5.8"', 'Version="1.7.0"'), linkedImage),
    { code: 'DOCUMENT_TOO_NEW', says: /1\.7\.0.*1\.[56]\.\d/ },
  ],
  ['a document that crashes Scribus', documents.crashing, { code: 'POISONED', says: /crash|died/ }],
  [
    'a document with a picture that never ends',
    documents.endless,
    { code: 'RENDER_TIMEOUT', says: /6000 ms|6 s|6,000/, change: { timeoutMs: 6_000, maxAttempts: 1 } },
  ],
  [
    'a document whose linked image is missing',
    documents.missingImage,
    { code: 'PREFLIGHT_FAILED', says: /images\/logo & name\.png/ },
  ],
];

const allOutputs = ['document.pdf', 'page-0001.png', 'page-0002.png', 'page-0003.png'];

test.each(badDocuments)(
  '%s ends as a failed job that says why, and the next job works',
  async (_, document, expected) => {
    const opened = await openTestPipeline({ renderer: openScribus() });
    const failed = await renderToEnd(opened, document, expected.change);
    expect(failed).toMatchObject({ status: 'failed', outputs: [], previews: [], error: { code: expected.code } });
    expect(failed.error?.message).toMatch(expected.says);
    const completed = await renderToEnd(opened, documents.sound);
    expect(completed).toMatchObject({ status: 'completed', attempt: 1 });
    expect(completed.outputs.map(({ name }) => name).toSorted()).toEqual(allOutputs);
    await opened.stopWorkers();
    expect(await opened.scratchLeftovers()).toEqual([]);
  },
);

test.skipIf(!(await mayMount()))(
  'a job without room for its output fails and says why, and the next job works (needs the right to mount)',
  async () => {
    const disk = await mountTmpfs(131_072);
    onTestFinished(() => disk.unmount());
    const filler = join(disk.directory, 'filler');
    await writeFile(filler, Buffer.alloc(90_000));
    const opened = await openTestPipeline({
      renderer: openScribus(),
      scratchDirectory: join(disk.directory, 'scratch'),
    });

    const failed = await renderToEnd(opened, documents.sound, { maxAttempts: 1 });
    expect(failed).toMatchObject({ status: 'failed', outputs: [], previews: [], error: { code: 'OUTPUT_UNWRITABLE' } });
    expect(failed.error?.message).toMatch(/room|space|full/);

    await rm(filler);
    const completed = await renderToEnd(opened, documents.sound);
    expect(completed.outputs.map(({ name }) => name).toSorted()).toEqual(allOutputs);
    await opened.stopWorkers();
    expect(await opened.scratchLeftovers()).toEqual([]);
  },
);

function openScribus() {
  const renderer = createScribusRenderer({ slots: 1 });
  onTestFinished(() => renderer.close());
  return renderer;
}

/** Uploads a document with what lies beside it, and returns the job once it has ended. */
async function renderToEnd(
  { pipeline }: TestPipeline,
  document: RenderableDocument,
  change: Change = {},
): Promise<JobView> {
  const { job } = await pipeline.submit({
    ...(await uploadDocument(pipeline, document)),
    renditions: [{ kind: 'pdf' }, { kind: 'png' }],
    ...change,
  });
  for await (const { type } of pipeline.follow(job)) if (isEndEvent(type)) break;
  return await pipeline.get(job);
}
