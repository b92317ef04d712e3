import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ArtifactStore,
  type FilesDownloadOptions,
  type JoiningOptions,
  type PdfJoiner,
  PubpipeError,
} from '@pubpipe/core';
import { createPdfJoiner } from '@pubpipe/scribus-runner/join';
import { expect, onTestFinished, test } from 'vitest';
import { onePage, pdfOfObjects } from '../../../packages/scribus-runner/test/fixtures/pdf-of-objects.ts';
import { readWithQpdf } from '../../../packages/scribus-runner/test/join/inspect-pdf.ts';
import { openTestPipeline, type TestPipelineOptions } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

const pdf = Buffer.from(pdfOfObjects(onePage())).toString('latin1');
const batch = 'cards';

/** A batch of jobs with these references, each of which has made a page and an image of it; one named `failing` has failed. */
async function openBatch(
  references: readonly (string | undefined)[],
  {
    joiner = createPdfJoiner(),
    aroundArtifactStore = (store) => store,
    ...bounds
  }: Partial<Omit<JoiningOptions, 'scratchSpace'>> & Pick<TestPipelineOptions, 'aroundArtifactStore'> = {},
) {
  const renderer = createScriptedRenderer(async ({ index, deliver }) => {
    if (references[index] === 'failing') throw new PubpipeError('RENDER_FAILED', 'It was refused.');
    await deliver('page-0001.png', 'an image', 1);
    await deliver('document.pdf', pdf);
  });
  const opened = await openTestPipeline({ renderer, aroundArtifactStore, joining: { joiner, ...bounds } });
  const { pipeline, uploadText } = opened;
  const document = (await uploadText('card.sla', 'x')).id;
  const jobs = [];
  for (const reference of references) {
    const { job } = await pipeline.submit({ document, renditions: [{ kind: 'pdf' }], batch, reference });
    for await (const _ of pipeline.follow(job));
    jobs.push(await pipeline.get(job));
  }
  await opened.stopWorkers();
  const download = (options: FilesDownloadOptions = {}) =>
    pipeline.downloadBatch({ id: batch }, { as: 'pdf', ...options });
  return { ...opened, jobs, download };
}

/** Reads a download with qpdf. */
async function read(body: AsyncIterable<Uint8Array>) {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-joined-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'a.pdf');
  await writeFile(path, body);
  return readWithQpdf(path);
}

test('the PDFs of a batch become one, with the references as bookmarks, and nothing is left on the disk', async () => {
  const { download, pipeline, jobs, scratchLeftovers } = await openBatch(['order 7', 'order 8', undefined]);
  const { mediaType, fileName, byteSize, body } = await download();
  expect([mediaType, fileName, byteSize]).toEqual(['application/pdf', 'cards.pdf', expect.any(Number)]);
  const { bookmarks, pages } = await read(body);
  expect(bookmarks.map(({ title }) => title)).toEqual(['order 7', 'order 8', 'card']);
  expect(pages).toHaveLength(3);
  const ofJob = await pipeline.downloadJob({ id: jobs[0]?.id ?? '' }, { as: 'pdf' });
  expect([ofJob.fileName, (await read(ofJob.body)).pages.length]).toEqual(['order 7.pdf', 1]);
  expect(await scratchLeftovers()).toEqual([]);
});

test('one PDF is made of a part only where that is asked for', async () => {
  const { download, pipeline, jobs } = await openBatch(['a', 'failing', 'b']);
  await expect(download()).rejects.toMatchObject({ code: 'BATCH_INCOMPLETE', details: { failed: 1 } });
  const { bookmarks } = await read((await download({ partial: true })).body);
  expect(bookmarks.map(({ title }) => title)).toEqual(['a', 'b']);
  const failed = { id: jobs[1]?.id ?? '' };
  await expect(pipeline.downloadJob(failed, { as: 'pdf' })).rejects.toMatchObject({ code: 'BATCH_INCOMPLETE' });
  await expect(pipeline.downloadJob(failed, { as: 'pdf', partial: true })).rejects.toMatchObject({
    code: 'ARTIFACT_NOT_FOUND',
  });
  await pipeline.removeArtifact({ id: jobs[0]?.outputs[0]?.artifact.id ?? '' });
  await expect(download({ partial: true })).rejects.toMatchObject({ code: 'ARTIFACT_EXPIRED' });
});

test('of a merge that goes on nothing is joined, though some of its files are there', async () => {
  const { download, pipeline, jobStore, jobs, uploadText } = await openBatch(['a']);
  const template = jobs[0]?.input.id ?? '';
  const data = { artifact: (await uploadText('people.csv', 'name\n')).id };
  const { job } = await pipeline.submit({ type: 'merge', template, data, batch, reference: 'merge' });
  const claimed = await jobStore.claim({ jobId: job.id, owner: 'w', leaseMs: 60_000 });
  const { tenant } = job;
  const named = { tenant, fileName: '1.pdf', mediaType: 'application/pdf' };
  const artifact = await jobStore.beginArtifact({ ...named, kind: 'rendition' });
  const file = { artifactId: artifact.id, byteSize: 1, sha256: 'a'.repeat(64), name: '1.pdf' };
  const made = { name: '1', status: 'rendered', path: 'fast', findings: [], notes: [] } as const;
  const record = { first: 1, last: 1, ...made, files: [file] };
  await jobStore.publishRecords(claimed?.claim ?? { tenant, jobId: job.id, attempt: 0 }, [record]);

  const { bookmarks } = await read((await download({ partial: true })).body);

  expect(bookmarks.map(({ title }) => title)).toEqual(['a']);
});

test('only so many files, and so many bytes, are joined', async () => {
  const scenes = [await openBatch(['a', 'b'], { maxFiles: 1 }), await openBatch(['a', 'b'], { maxBytes: pdf.length })];
  for (const { download, scratchLeftovers } of scenes) {
    await expect(download()).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' });
    expect(await scratchLeftovers()).toEqual([]);
  }
});

test('only so many are joined at once, until they are read or left', async () => {
  const { download, scratchLeftovers } = await openBatch(['a'], { maxAtOnce: 1 });
  const first = await download();
  await expect(download()).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  // Nobody has begun to read it.
  await first.body[Symbol.asyncIterator]().return?.();
  const second = await download();
  for await (const _ of second.body) break;
  await read((await download()).body);
  expect(await scratchLeftovers()).toEqual([]);
});

test('a join that is aborted leaves nothing, and its place is free', async () => {
  const abort = new AbortController();
  const joiner: PdfJoiner = {
    async join({ parts }, { signal } = {}) {
      for await (const _ of parts) abort.abort(new PubpipeError('CANCELLED', 'The client is gone.'));
      signal?.throwIfAborted();
      return { pageCount: 1, byteSize: 1 };
    },
  };
  const { download, scratchLeftovers } = await openBatch(['a', 'b', 'c'], { joiner, maxAtOnce: 1 });
  for (let times = 0; times < 2; times += 1) {
    await expect(download({ signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  }
  expect(await scratchLeftovers()).toEqual([]);
});

test('a joiner whose time is over waits for no PDF that does not come, and leaves nothing', async () => {
  let hangs = false;
  const hanging: ArtifactStore['get'] = (_, { signal } = {}) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  const { download, scratchLeftovers } = await openBatch(['a', 'b'], {
    joiner: createPdfJoiner({ timeoutMs: 1_000 }),
    maxAtOnce: 1,
    aroundArtifactStore: (store) =>
      new Proxy(store, {
        get: (target, name) => (name === 'get' && hangs ? hanging : Reflect.get(target, name).bind(target)),
      }),
  });
  hangs = true;
  for (let times = 0; times < 2; times += 1) await expect(download()).rejects.toMatchObject({ code: 'RENDER_TIMEOUT' });
  expect(await scratchLeftovers()).toEqual([]);
});
