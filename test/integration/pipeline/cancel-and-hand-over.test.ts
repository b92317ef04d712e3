import { once } from 'node:events';
import { type JobEvent, type JobView, PubpipeError } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { expect, test, vi } from 'vitest';
import { openTestPipeline, type TestPipeline } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer, type RenderScene } from '../support/scripted-renderer.ts';

const pdf = [{ kind: 'pdf' as const }];

/** A render that goes on until it is stopped. */
async function untilStopped({ signal }: RenderScene): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

async function eventsOf(pipeline: TestPipeline['pipeline'], job: JobView): Promise<readonly JobEvent['type'][]> {
  const events = await pipeline.events(job);
  return events.map(({ type }) => type);
}

test('cancelling a running job stops its render, and nothing of it is visible', async () => {
  const stopped = Promise.withResolvers<unknown>();
  const renderer = createScriptedRenderer(async (scene) => {
    await scene.deliver('page-0001.png', 'first page', 1);
    await untilStopped(scene).catch(stopped.resolve);
    throw scene.signal.reason;
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  const { job } = await pipeline.submit({ document: document.id, renditions: pdf });
  for await (const { type } of pipeline.follow(job)) if (type === 'preview') await pipeline.cancel(job);
  expect(await stopped.promise).toMatchObject({ code: 'CLAIM_LOST' });
  expect(await pipeline.get(job)).toMatchObject({ status: 'cancelled', outputs: [], previews: [] });
});

test('a cancelled job can be retried', async () => {
  const renderer = createScriptedRenderer(async (scene) => {
    await scene.deliver('page-0001.png', 'first page', 1);
    if (scene.index === 0) await untilStopped(scene);
    await scene.deliver('document.pdf', 'the whole');
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  const { job } = await pipeline.submit({ document: document.id, renditions: pdf });
  for await (const { type } of pipeline.follow(job)) if (type === 'preview') await pipeline.cancel(job);
  const cancelledAt = (await pipeline.events(job)).length;
  await pipeline.retry(job);
  for await (const _ of pipeline.follow(job, { after: cancelledAt }));
  expect(await pipeline.get(job)).toMatchObject({ status: 'completed', attempt: 2 });
});

test('aborting the wait cancels the job', async () => {
  const begun = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(async (scene) => {
    begun.resolve();
    await untilStopped(scene);
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  const abort = new AbortController();
  const waiting = pipeline.renderAndWait({ document: document.id, renditions: pdf }, { signal: abort.signal });
  await begun.promise;
  abort.abort(new Error('the caller went away'));
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED', cause: { message: 'the caller went away' } });
  expect((await pipeline.list()).jobs).toMatchObject([{ status: 'cancelled' }]);
});

test('a job that outlasts the wait goes on', async () => {
  const goOn = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(async ({ deliver }) => {
    await goOn.promise;
    await deliver('document.pdf', 'the whole');
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  const request = { document: document.id, renditions: pdf };
  const error = await pipeline.renderAndWait(request, { timeoutMs: 20 }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'RENDER_TIMEOUT', details: { stage: 'waiting', timeoutMs: 20 } });
  goOn.resolve();
  const [job] = (await pipeline.list()).jobs;
  for await (const _ of pipeline.follow(job as JobView));
  expect(await pipeline.get(job as JobView)).toMatchObject({ status: 'completed' });
});

test('a worker that shuts down hands its job back, and another one completes it', async () => {
  const begun = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(async (scene) => {
    begun.resolve();
    if (scene.index === 0) await untilStopped(scene);
    await scene.deliver('document.pdf', 'the whole');
  });
  const { pipeline, uploadText, startWorker } = await openTestPipeline({ renderer, startWorker: false });
  const first = startWorker();
  const document = await uploadText('card.sla', 'x');
  const { job } = await pipeline.submit({ document: document.id, renditions: pdf });
  await begun.promise;
  await first.close();
  expect(await pipeline.get(job)).toMatchObject({ status: 'queued', attempt: 1, failures: 0 });
  startWorker();
  for await (const _ of pipeline.follow(job));
  expect(await pipeline.get(job)).toMatchObject({ status: 'completed', attempt: 2, failures: 0 });
  expect(await eventsOf(pipeline, job)).toEqual(['queued', 'started', 'requeued', 'started', 'completed']);
});

test('a worker that shuts down lets running jobs end while there is time, and begins no other', async () => {
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(async ({ deliver }) => {
    begun.resolve();
    await goOn.promise;
    await deliver('document.pdf', 'the whole');
  });
  const { pipeline, uploadText, startWorker } = await openTestPipeline({ renderer, startWorker: false });
  const worker = startWorker();
  const document = await uploadText('card.sla', 'x');
  const request = { document: document.id, renditions: pdf };
  const { job: running } = await pipeline.submit(request);
  await begun.promise;
  const { job: waiting } = await pipeline.submit(request);
  const closing = worker.close({ drainTimeoutMs: 60_000 });
  goOn.resolve();
  await closing;
  expect(await pipeline.get(running)).toMatchObject({ status: 'completed' });
  expect(await pipeline.get(waiting)).toMatchObject({ status: 'queued', attempt: 0 });
  startWorker();
  for await (const _ of pipeline.follow(waiting));
  expect(await pipeline.get(waiting)).toMatchObject({ status: 'completed', attempt: 1 });
});

test('a worker whose heartbeats do not come through kills its render, and the job is done by another', async () => {
  const stopped = Promise.withResolvers<unknown>();
  const renderer = createScriptedRenderer(async (scene) => {
    if (scene.index > 0) return await scene.deliver('document.pdf', 'the whole');
    return await untilStopped(scene).catch((reason: unknown) => {
      stopped.resolve(reason);
      throw reason;
    });
  });
  let cutOff = true;
  const { pipeline, uploadText } = await openTestPipeline({
    renderer,
    worker: { leaseMs: 60, sweep: { intervalMs: 20 } },
    aroundJobStore: (store) =>
      failing(store, {
        heartbeat: () =>
          cutOff ? { when: 'before', error: new PubpipeError('JOB_STORE_UNAVAILABLE', 'Cut off.') } : undefined,
      }),
  });
  const document = await uploadText('card.sla', 'x');
  const { job } = await pipeline.submit({ document: document.id, renditions: pdf });
  expect(await stopped.promise).toMatchObject({ code: 'CLAIM_LOST' });
  cutOff = false;
  for await (const _ of pipeline.follow(job));
  expect(await pipeline.get(job)).toMatchObject({ status: 'completed', failures: 0 });
  expect(await eventsOf(pipeline, job)).toContain('requeued');
});

test('jobs that the queue lost are dispatched again', async () => {
  const renderer = createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole'));
  const { pipeline, uploadText, startWorker } = await openTestPipeline({
    renderer,
    startWorker: false,
    worker: { sweep: { intervalMs: 10, redispatchAfterMs: 50 } },
  });
  const document = await uploadText('card.sla', 'x');
  const { job, delivery } = await pipeline.parts.jobStore.submit({
    tenant: 'default',
    type: 'render',
    payload: { renditions: pdf },
    payloadVersion: 1,
    inputArtifactId: document.id,
    assets: [],
    priority: 0,
    delayMs: 0,
    maxAttempts: 3,
    labels: {},
    requestHash: '',
  });
  // The row says that the queue was told, and the queue knows nothing: it was lost with its memory.
  startWorker();
  await pipeline.parts.jobStore.markDispatched(delivery);
  for await (const _ of pipeline.follow(job));
  expect(await pipeline.get(job)).toMatchObject({ status: 'completed' });
});

test('with the queue away jobs are accepted, and done when it is back', async () => {
  const renderer = createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole'));
  const { pipeline, uploadText, startWorker } = await openTestPipeline({
    renderer,
    startWorker: false,
    worker: { sweep: { intervalMs: 10 } },
  });
  const { queue } = pipeline.parts;
  const away = vi.spyOn(queue, 'enqueue').mockRejectedValue(new PubpipeError('QUEUE_UNAVAILABLE', 'Away.'));
  const document = await uploadText('card.sla', 'x');
  const { job, dispatch } = await pipeline.submit({ document: document.id, renditions: pdf });
  await dispatch();
  away.mockRestore();
  startWorker();
  for await (const _ of pipeline.follow(job));
  expect(await pipeline.get(job)).toMatchObject({ status: 'completed' });
});
