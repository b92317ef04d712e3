import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ArtifactStore, JobView } from '@pubpipe/core';
import { PubpipeError } from '@pubpipe/core';
import { describe, expect, test } from 'vitest';
import { openTestPipeline, readText, type TestPipeline } from '../support/open-test-pipeline.ts';
import { readZip } from '../support/read-zip.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

const renditions = [{ kind: 'pdf' as const }, { kind: 'png' as const }];
const batch = 'cards of May / 2026';

/** Renders a page that says how many renders were before it, and fails where the test says so. */
const numbering = (fails: readonly number[] = []) =>
  createScriptedRenderer(async ({ index, deliver }) => {
    if (fails.includes(index)) throw new PubpipeError('RENDER_FAILED', 'It was refused.');
    await deliver('page-0001.png', `page ${index}`, 1);
    await deliver('document.pdf', `%PDF ${index}`);
  });

/** Submits jobs one after the other, each when the one before it has ended. */
async function runAll(
  { pipeline, uploadText }: Pick<TestPipeline, 'pipeline' | 'uploadText'>,
  jobs: readonly object[],
): Promise<readonly JobView[]> {
  const ended: JobView[] = [];
  for (const job of jobs) {
    const document = await uploadText('card.sla', 'x');
    const submitted = await pipeline.submit({ document: document.id, renditions, batch, ...job });
    for await (const _ of pipeline.follow(submitted.job));
    ended.push(await pipeline.get(submitted.job));
  }
  return ended;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a batch as a zip', () => {
  test('has a folder for each job, and says what it has and what it lacks', async () => {
    const opened = await openTestPipeline({ renderer: numbering([1]) });
    const references = ['order 7', 'failing', '../../etc', 'order 7', 'ORDER 7', 'con', undefined];
    const jobs = await runAll(
      opened,
      references.map((reference) => ({ reference })),
    );
    await runAll(opened, [{ batch: 'another' }, { batch: undefined }]);
    await opened.pipeline.removeArtifact({ id: jobs[2]?.outputs[1]?.artifact.id ?? '' });

    const { mediaType, byteSize, body } = await opened.pipeline.downloadBatch({ id: batch });
    expect([mediaType, byteSize]).toEqual(['application/zip', undefined]);
    const files = await readZip(body);
    const texts = new Map(files.map(({ name, content }) => [name, String(content)]));
    const folders = ['order 7', '.._.._etc', 'order 7-2', 'ORDER 7-3', '_con', jobs[6]?.id ?? ''];
    const numbers = [0, 2, 3, 4, 5, 6];
    expect([...texts.keys()]).toEqual(
      [...folders.flatMap((folder) => [`${folder}/document.pdf`, `${folder}/page-0001.png`]), 'manifest.json'].filter(
        (name) => name !== '.._.._etc/page-0001.png',
      ),
    );
    folders.forEach((folder, index) => expect(texts.get(`${folder}/document.pdf`)).toBe(`%PDF ${numbers[index]}`));

    const manifest = JSON.parse(texts.get('manifest.json') ?? '');
    expect(manifest).toMatchObject({ batch, complete: false });
    expect(manifest.jobs).toHaveLength(7);
    expect(manifest.jobs[0]).toEqual({
      id: jobs[0]?.id,
      type: 'render',
      status: 'completed',
      reference: 'order 7',
      files: [
        {
          path: 'order 7/document.pdf',
          role: 'output',
          name: 'document.pdf',
          mediaType: 'application/pdf',
          byteSize: 6,
          sha256: sha256('%PDF 0'),
        },
        expect.objectContaining({ path: 'order 7/page-0001.png', sha256: sha256('page 0') }),
      ],
    });
    expect(manifest.jobs[1]).toMatchObject({ status: 'failed', error: 'RENDER_FAILED', files: [] });
    expect(manifest.jobs[2].files[1]).toEqual({ role: 'output', name: 'page-0001.png', missing: true });
  });

  test('is complete when all its jobs are, also of one job', async () => {
    const opened = await openTestPipeline({ renderer: numbering() });
    const [job] = await runAll(opened, [{}]);
    const ofBatch = await readZip((await opened.pipeline.downloadBatch({ id: batch })).body);
    expect(JSON.parse(String(ofBatch.at(-1)?.content))).toMatchObject({ batch, complete: true });
    const ofJob = await readZip((await opened.pipeline.downloadJob({ id: job?.id ?? '' })).body);
    expect(ofJob.map(({ name }) => name)).toEqual(['document.pdf', 'page-0001.png', 'manifest.json']);
    const manifest = JSON.parse(String(ofJob.at(-1)?.content));
    expect([manifest.batch, manifest.complete, manifest.jobs.length]).toEqual([undefined, true, 1]);
  });

  test("is not another tenant's, nor there without a job", async () => {
    const opened = await openTestPipeline({ renderer: numbering() });
    const [job] = await runAll(opened, [{}]);
    const theirs = await opened.pipeline.upload({
      tenant: 'theirs',
      fileName: 'a.sla',
      content: (async function* () {
        yield Buffer.from('x');
      })(),
    });
    await opened.pipeline.submit({ tenant: 'theirs', document: theirs.id, renditions, batch, delayMs: 1_000_000 });
    const files = await readZip((await opened.pipeline.downloadBatch({ id: batch, tenant: 'theirs' })).body);
    expect(files.map(({ name }) => name)).toEqual(['manifest.json']);
    const { pipeline } = opened;
    for (const [work, code] of [
      [() => pipeline.downloadBatch({ id: 'none' }), 'BATCH_NOT_FOUND'],
      [() => pipeline.batch({ id: 'none' }), 'BATCH_NOT_FOUND'],
      [() => pipeline.cancelBatch({ id: 'none' }), 'BATCH_NOT_FOUND'],
      [() => pipeline.downloadJob({ id: job?.id ?? '', tenant: 'theirs' }), 'JOB_NOT_FOUND'],
      [() => pipeline.downloadBatch({ id: batch }, { as: 'pdf' }), 'INVALID_INPUT'],
    ] as const) {
      await expect(work()).rejects.toMatchObject({ code });
    }
    expect((await pipeline.batch({ id: batch })).total).toBe(1);
  });

  test('fails before its end when a file can not be read, and has no directory then', async () => {
    let isBroken = false;
    const opened = await openTestPipeline({
      renderer: numbering(),
      aroundArtifactStore: (store) => ({
        ...boundTo(store),
        async get(key, options) {
          if (isBroken) throw new PubpipeError('STORE_UNAVAILABLE', 'It is away.');
          return await store.get(key, options);
        },
      }),
    });
    await runAll(opened, [{}, {}]);
    isBroken = true;
    const chunks: Uint8Array[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of (await opened.pipeline.downloadBatch({ id: batch })).body) chunks.push(chunk);
    };
    await expect(read()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(Buffer.concat(chunks).includes(Buffer.from('PK\x05\x06', 'latin1'))).toBe(false);
  });

  test('fails when a file is not what was stored', async () => {
    const opened = await openTestPipeline({
      renderer: numbering(),
      aroundArtifactStore: (store) => ({
        ...boundTo(store),
        get: (key, { verify, ...options } = {}) =>
          store.get(key, { ...options, ...(verify && { verify: { sha256: 'ab'.repeat(32) } }) }),
      }),
    });
    await runAll(opened, [{}]);
    const { body } = await opened.pipeline.downloadBatch({ id: batch });
    await expect(readText(body)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });
});

test('cancelling a batch stops its renders, and leaves other jobs alone', async () => {
  const begun = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<unknown>();
  const renderer = createScriptedRenderer(async ({ index, signal, deliver }) => {
    if (index > 0) return await deliver('document.pdf', '%PDF');
    begun.resolve();
    if (!signal.aborted) await once(signal, 'abort');
    stopped.resolve(signal.reason);
    throw signal.reason;
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = (await uploadText('card.sla', 'x')).id;
  const submit = (name: string) => pipeline.submit({ document, renditions, batch: name });
  const first = await submit(batch);
  await begun.promise;
  for (let index = 0; index < 4; index += 1) await submit(batch);
  const other = await submit('other');
  const { cancelled, batch: view } = await pipeline.cancelBatch({ id: batch });
  expect([cancelled, view.counts.cancelled, view.total]).toEqual([5, 5, 5]);
  expect(view.finishedAt).toBeGreaterThanOrEqual(view.createdAt);
  expect(await stopped.promise).toMatchObject({ code: 'CLAIM_LOST' });
  expect((await pipeline.events(first.job)).map(({ type }) => type)).toEqual(['queued', 'started', 'cancelled']);
  expect(await pipeline.cancelBatch({ id: batch })).toMatchObject({ cancelled: 0 });
  for await (const _ of pipeline.follow(other.job));
  expect((await pipeline.get(other.job)).status).toBe('completed');
  const { job } = await submit(batch);
  for await (const _ of pipeline.follow(job));
  expect((await pipeline.batch({ id: batch })).counts).toMatchObject({ cancelled: 5, completed: 1 });
});

/** The methods of a store, which may be a class's. */
const boundTo = (store: ArtifactStore): ArtifactStore => ({
  put: (...args) => store.put(...args),
  get: (...args) => store.get(...args),
  head: (...args) => store.head(...args),
  delete: (...args) => store.delete(...args),
  list: (...args) => store.list(...args),
  discardIncomplete: (...args) => store.discardIncomplete(...args),
  close: () => store.close(),
});
