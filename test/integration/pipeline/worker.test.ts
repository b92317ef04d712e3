import { once } from 'node:events';
import { type Delivery, noMetrics, PubpipeError } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { expect, test, vi } from 'vitest';
import { parseRenderJob } from '../../../packages/core/src/pipeline/render-job.ts';
import { openTestPipeline, type TestPipeline } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer, type RenderScene } from '../support/scripted-renderer.ts';

const pdf = [{ kind: 'pdf' as const }];
const deliverPdf = ({ deliver }: RenderScene) => deliver('document.pdf', 'the whole');

async function submit({ pipeline, uploadText }: TestPipeline, change: { readonly maxAttempts?: number } = {}) {
  const document = await uploadText('card.sla', 'x');
  return (await pipeline.submit({ document: document.id, renditions: pdf, ...change })).job;
}

async function untilStopped({ signal }: RenderScene): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

test('a worker leaves to others what it can not begin', async () => {
  const bothRender = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(async (scene) => {
    if (scene.index === 1) bothRender.resolve();
    await bothRender.promise;
    await deliverPdf(scene);
  });
  const opened = await openTestPipeline({ renderer, startWorker: false });
  opened.startWorker();
  opened.startWorker();
  const jobs = await Promise.all([submit(opened), submit(opened)]);
  for (const job of jobs) for await (const _ of opened.pipeline.follow(job));
  expect(renderer.mostAtOnce).toBe(2);
});

test('two deliveries of one job lead to one render', async () => {
  const renderer = createScriptedRenderer(deliverPdf, { slots: 2 });
  const opened = await openTestPipeline({ renderer });
  const consumed: Delivery[] = [];
  const { queue } = opened.pipeline.parts;
  const enqueue = queue.enqueue.bind(queue);
  vi.spyOn(queue, 'enqueue').mockImplementation(async (delivery) => {
    consumed.push(delivery);
    await Promise.all([enqueue(delivery), enqueue({ ...delivery, dispatch: delivery.dispatch + 100 })]);
  });
  const job = await submit(opened);
  for await (const _ of opened.pipeline.follow(job));
  await opened.stopWorkers();
  expect(consumed).toHaveLength(1);
  expect(renderer.begun).toBe(1);
});

test('a heartbeat that is never answered keeps neither the job nor the worker', async () => {
  const renderer = createScriptedRenderer(async (scene) => {
    if (scene.index === 0) await untilStopped(scene);
    await deliverPdf(scene);
  });
  const never = Promise.withResolvers<undefined>().promise;
  const opened = await openTestPipeline({
    renderer,
    worker: { leaseMs: 90, sweep: { intervalMs: 20 } },
    aroundJobStore: (store) => failing(store, { heartbeat: (call) => (call === 1 ? never : undefined) }),
  });
  const job = await submit(opened);
  for await (const _ of opened.pipeline.follow(job));
  expect(await opened.pipeline.get(job)).toMatchObject({ status: 'completed', failures: 0 });
  await opened.stopWorkers();
});

test('a renderer that dies with its worker is no fault of the job', async () => {
  const begun = Promise.withResolvers<void>();
  const dies = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(async () => {
    begun.resolve();
    await dies.promise;
    throw new PubpipeError('RENDERER_CRASHED', 'Scribus was ended by SIGTERM.');
  });
  const opened = await openTestPipeline({ renderer, startWorker: false });
  const worker = opened.startWorker();
  const job = await submit(opened);
  await begun.promise;
  const closed = worker.close({ drainTimeoutMs: 60_000 });
  dies.resolve();
  await closed;
  expect(await opened.pipeline.get(job)).toMatchObject({ status: 'queued', failures: 0, crashCount: 0 });
});

test('a renderer that was closed too early is a failure that is counted', async () => {
  const renderer = createScriptedRenderer(async () => {
    throw new PubpipeError('CLOSED', 'The renderer is closed.');
  });
  const opened = await openTestPipeline({ renderer });
  const job = await submit(opened, { maxAttempts: 2 });
  for await (const _ of opened.pipeline.follow(job));
  expect(await opened.pipeline.get(job)).toMatchObject({
    status: 'failed',
    failures: 2,
    error: { code: 'RENDERER_UNAVAILABLE' },
  });
});

test('a scratch directory that can not be removed changes no outcome', async () => {
  const renderer = createScriptedRenderer(async () => {
    throw new PubpipeError('DOCUMENT_TRUNCATED', 'The document ends too early.');
  });
  const opened = await openTestPipeline({
    renderer,
    aroundScratchSpace: (space) => ({
      discardAbandoned: (options) => space.discardAbandoned(options),
      async open() {
        const stuck = new PubpipeError('OUTPUT_UNWRITABLE', 'The directory is stuck.');
        return failing(await space.open(), { close: () => ({ when: 'after', error: stuck }) });
      },
    }),
  });
  const job = await submit(opened);
  for await (const _ of opened.pipeline.follow(job));
  expect(await opened.pipeline.get(job)).toMatchObject({ attempt: 1, error: { code: 'DOCUMENT_TRUNCATED' } });
});

test('details that no row can keep do not keep the failure from being written', async () => {
  const renderer = createScriptedRenderer(async () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    throw new PubpipeError('RENDER_FAILED', 'Refused.', { details: { bytes: 10n, cycle, fine: 1, none: undefined } });
  });
  const opened = await openTestPipeline({ renderer });
  const job = await submit(opened);
  for await (const _ of opened.pipeline.follow(job));
  expect((await opened.pipeline.get(job)).error).toEqual({
    code: 'RENDER_FAILED',
    message: 'Refused.',
    details: { bytes: '10', fine: 1 },
  });
});

test('a preview that can not be shown costs no render', async () => {
  const renderer = createScriptedRenderer(({ deliver }) => deliver('page-0001.png', 'first page', 1));
  const error = new PubpipeError('JOB_STORE_UNAVAILABLE', 'Away.');
  const opened = await openTestPipeline({
    renderer,
    aroundJobStore: (store) => failing(store, { publishPreview: () => ({ when: 'before', error }) }),
  });
  const job = await submit(opened);
  for await (const _ of opened.pipeline.follow(job));
  const { outputs, attempt } = await opened.pipeline.get(job);
  expect({ outputs: outputs.map(({ name, page }) => [name, page]), attempt }).toEqual({
    outputs: [['page-0001.png', 1]],
    attempt: 1,
  });
});

test('a store that is slow to delete holds up no job', async () => {
  const renderer = createScriptedRenderer(deliverPdf);
  const asked = Promise.withResolvers<void>();
  const opened = await openTestPipeline({
    renderer,
    startWorker: false,
    worker: { sweep: { intervalMs: 10 } },
    aroundArtifactStore: (store) =>
      failing(store, {
        delete: async (_, __, options) => {
          asked.resolve();
          const { signal } = options ?? {};
          if (signal?.aborted === false) await once(signal, 'abort');
          return { when: 'before', error: new PubpipeError('CANCELLED', 'Aborted.') };
        },
      }),
  });
  const { pipeline, uploadText } = opened;
  const unneeded = await uploadText('old.sla', 'x');
  await pipeline.parts.jobStore.removeArtifact({ tenant: 'default', id: unneeded.id });
  const document = await uploadText('card.sla', 'x');
  opened.startWorker();
  await asked.promise;
  // Due later: only a sweep that goes on finds it.
  const { job } = await pipeline.submit({ document: document.id, renditions: pdf, delayMs: 30 });
  for await (const _ of pipeline.follow(job));
  expect(await pipeline.get(job)).toMatchObject({ status: 'completed' });
});

test('content that nobody needs is deleted while the queue is away', async () => {
  const away = new PubpipeError('QUEUE_UNAVAILABLE', 'It is away.');
  const { pipeline, uploadText, startWorker } = await openTestPipeline({
    renderer: createScriptedRenderer(deliverPdf),
    startWorker: false,
    worker: { sweep: { intervalMs: 10 } },
  });
  const { queue, jobStore, artifactStore } = pipeline.parts;
  const unneeded = await uploadText('old.sla', 'x');
  await jobStore.removeArtifact({ tenant: 'default', id: unneeded.id });
  const document = await uploadText('card.sla', 'x');
  const { delivery } = await jobStore.submit(parseRenderJob({ document: document.id, renditions: pdf }));
  // The queue is to be asked of this one, and never answers.
  await jobStore.markDispatched(delivery);
  queue.has = async () => {
    throw away;
  };
  startWorker();
  await expect
    .poll(() => artifactStore.head(unneeded.storageKey).catch(({ code }) => code), { timeout: 20_000 })
    .toBe('ARTIFACT_NOT_FOUND');
  expect(await artifactStore.head(document.storageKey)).toMatchObject({ byteSize: 1 });
});

test('many retries by hand tell the queue of each job once', async () => {
  const opened = await openTestPipeline({ renderer: createScriptedRenderer(deliverPdf), startWorker: false });
  const { pipeline } = opened;
  const jobs = await Promise.all(Array.from({ length: 100 }, () => submit(opened)));
  for (const job of jobs) await pipeline.cancel(job);
  const enqueue = vi.spyOn(pipeline.parts.queue, 'enqueue');
  await Promise.all(jobs.map((job) => pipeline.retry(job)));
  await pipeline.dispatcher.dispatchDue();
  await pipeline.close();
  expect(enqueue).toHaveBeenCalledTimes(100);
});

test.each([
  { leaseMs: 1 },
  { leaseMs: 2 ** 31 },
  { uploadAhead: -1 },
  { transfersPerJob: 0 },
  { retry: { maxCrashes: 0 } },
  { retry: { baseDelayMs: 0.5 } },
  { sweep: { intervalMs: Number.NaN } },
  { sweep: { limit: -1 } },
  { sweep: { maxClaims: 0 } },
  { sweep: { housekeepingIntervalMs: 2 ** 31 } },
])('a worker is not started with %j', async (options) => {
  const opened = await openTestPipeline({
    renderer: createScriptedRenderer(deliverPdf),
    worker: options,
    startWorker: false,
  });
  expect(opened.startWorker).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});

test('a claim is not renewed when the host code that was told of it throws', async () => {
  const renderer = createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole'));
  let claims = 0;
  const queueWaited = () => {
    claims += 1;
    if (claims === 1) throw new TypeError('A label is missing.');
  };
  const { pipeline, uploadText } = await openTestPipeline({
    renderer,
    metrics: { ...noMetrics, queueWaited },
    worker: { leaseMs: 150, sweep: { intervalMs: 20 } },
  });
  const document = await uploadText('card.sla', 'x');
  const job = await pipeline.renderAndWait({ document: document.id, renditions: [{ kind: 'pdf' }] });
  expect(job).toMatchObject({ status: 'completed', attempt: 2, failures: 0 });
});
