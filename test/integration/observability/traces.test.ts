import { createPipeline, type Delivery, type JobQueue, PubpipeError } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { expect, test, vi } from 'vitest';
import { openTestPipeline } from '../support/open-test-pipeline.ts';
import { recordSpans, treeOf } from '../support/record-spans.ts';
import { createScriptedRenderer, type RenderScene } from '../support/scripted-renderer.ts';

const { tracer, inRequest, spans } = recordSpans();
const renditions = [{ kind: 'pdf' as const }];

async function renderTwoFiles({ report, deliver }: RenderScene): Promise<void> {
  report({ stage: 'opening' });
  report({ stage: 'exporting' });
  await deliver('page-0001.png', 'a page', 1);
  report({ stage: 'exporting', pagesDone: 1 });
  await deliver('document.pdf', 'the whole');
  report({ stage: 'checking' });
}

test('all that becomes of a request is one trace, from its submission to its files', async () => {
  const { pipeline, uploadText, stopWorkers } = await openTestPipeline({
    renderer: createScriptedRenderer(renderTwoFiles),
    tracer,
  });
  const document = await uploadText('card.sla', 'x');
  const { value: job, traceId } = await inRequest(() =>
    pipeline.renderAndWait({ document: document.id, renditions, correlationId: 'request-1' }),
  );
  await stopWorkers();
  const made = spans();
  const render = ['render', ['render.checking', 'render.exporting', 'render.opening']];
  const attempt = ['attempt', ['claim', 'complete', 'materialise', render, 'upload', 'upload']];
  expect(treeOf(made, traceId)).toEqual([['request', [['submit', [attempt, 'dispatch']]]]]);
  const stages = made.filter(({ name }) => name.startsWith('pubpipe.render.')).map(({ name }) => name.slice(15));
  expect(stages).toEqual(['opening', 'exporting', 'checking']);
  expect(made.filter(({ failed }) => failed)).toEqual([]);
  expect(made.find((span) => span.name === 'pubpipe.attempt')?.attributes).toMatchObject({
    'pubpipe.job.id': job.id,
    'pubpipe.job.type': 'render',
    'pubpipe.job.attempt': 1,
    'pubpipe.job.outcome': 'completed',
    'pubpipe.tenant': 'default',
    'pubpipe.correlation_id': 'request-1',
  });
  const files = made.filter((span) => span.name === 'pubpipe.upload').map(({ attributes }) => attributes);
  expect(new Set(files)).toEqual(
    new Set([
      { 'pubpipe.file.name': 'page-0001.png', 'pubpipe.file.bytes': 6 },
      { 'pubpipe.file.name': 'document.pdf', 'pubpipe.file.bytes': 9 },
    ]),
  );
});

test('each attempt is a span of its own in the same trace, and says where it failed and by which code', async () => {
  const renderer = createScriptedRenderer(async (scene) => {
    if (scene.index > 0) return await renderTwoFiles(scene);
    scene.report({ stage: 'opening' });
    throw new PubpipeError('RENDERER_CRASHED', 'It died.');
  });
  const { pipeline, uploadText, stopWorkers } = await openTestPipeline({ renderer, tracer });
  const document = await uploadText('card.sla', 'x');
  const { traceId } = await inRequest(() => pipeline.renderAndWait({ document: document.id, renditions }));
  await stopWorkers();
  const own = spans().filter((span) => span.traceId === traceId);
  const attempts = own.filter(({ name }) => name === 'pubpipe.attempt');
  expect(
    attempts.map(({ attributes }) => [attributes['pubpipe.job.attempt'], attributes['pubpipe.job.outcome']]),
  ).toEqual([
    [1, 'requeued'],
    [2, 'completed'],
  ]);
  expect(new Set(attempts.map(({ parentSpanId }) => parentSpanId)).size).toBe(1);
  expect(attempts[0]?.attributes['error.type']).toBe('RENDERER_CRASHED');
  expect(own.filter(({ failed }) => failed).map(({ name }) => name)).toEqual([
    'pubpipe.render.opening',
    'pubpipe.render',
    'pubpipe.attempt',
  ]);
  const below = own.filter(({ parentSpanId }) => parentSpanId === attempts[0]?.spanId).map(({ name }) => name);
  expect(below.toSorted()).toEqual(['pubpipe.claim', 'pubpipe.materialise', 'pubpipe.render', 'pubpipe.settle']);
  // Both dispatches, the second one by whoever looked for due jobs.
  expect(own.filter(({ name }) => name === 'pubpipe.dispatch')).toHaveLength(2);
});

test.each([undefined, 2])(
  'the trace is in the row: the sweep finds it, and the queue is told of no more than a delivery (%s places a tenant)',
  async (maxRunningPerTenant) => {
    const opened = await openTestPipeline({ renderer: createScriptedRenderer(renderTwoFiles), startWorker: false });
    const told: Delivery[] = [];
    const queue: JobQueue = failing(opened.pipeline.parts.queue, {
      async enqueue(_, delivery) {
        told.push(delivery);
        return undefined;
      },
    });
    const pipeline = createPipeline({
      ...opened.pipeline.parts,
      jobStore: opened.jobStore,
      queue,
      tracer,
      maxRunningPerTenant,
    });
    const document = await opened.uploadText('card.sla', 'x');
    const { value: submission, traceId } = await inRequest(() =>
      opened.db
        .transaction()
        .execute((transaction) =>
          pipeline.submit({ document: document.id, renditions }, { transaction: transaction as never }),
        ),
    );
    expect(told).toEqual([]);
    await pipeline.dispatcher.dispatchDue();
    expect(told).toEqual([{ jobId: submission.job.id, dispatch: 1, priority: 0 }]);
    expect(treeOf(spans(), traceId)).toEqual([['request', [['submit', ['dispatch']]]]]);
    await pipeline.close();
  },
);

test('a worker goes on with the trace of a request whose process traces nothing itself', async () => {
  const opened = await openTestPipeline({ renderer: createScriptedRenderer(renderTwoFiles), tracer });
  const pipeline = createPipeline({ ...opened.pipeline.parts, jobStore: opened.jobStore, tracer: undefined });
  const document = await opened.uploadText('card.sla', 'x');
  const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)];
  const traceContext = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'vendor=x' };
  const { job } = await pipeline.submit({ document: document.id, renditions }, { traceContext });
  expect(job.traceContext).toEqual(traceContext);
  for await (const _ of pipeline.follow(job));
  await opened.stopWorkers();
  const attempt = spans().find(({ name }) => name === 'pubpipe.attempt');
  expect(attempt).toMatchObject({ traceId, parentSpanId: spanId });
  await pipeline.close();
});

test('a trace that is not one is as good as none, and where nothing is traced the row has none', async () => {
  const renderer = createScriptedRenderer(renderTwoFiles);
  const { pipeline, uploadText } = await openTestPipeline({ renderer, startWorker: false });
  const document = await uploadText('card.sla', 'x');
  const traceContext = { traceparent: "'; DROP TABLE pubpipe_jobs; --" };
  const { job } = await pipeline.submit({ document: document.id, renditions }, { traceContext });
  expect((await pipeline.get(job)).traceContext).toBeUndefined();
  expect(spans()).toEqual([]);
});

test('a dispatch that fails is a failed span, and the next one is another', async () => {
  const opened = await openTestPipeline({ renderer: createScriptedRenderer(renderTwoFiles), startWorker: false });
  const queue = failing(opened.pipeline.parts.queue, {
    enqueue: (call) =>
      call === 1 ? { when: 'before', error: new PubpipeError('QUEUE_UNAVAILABLE', 'Away.') } : undefined,
  });
  const pipeline = createPipeline({ ...opened.pipeline.parts, jobStore: opened.jobStore, queue, tracer });
  const document = await opened.uploadText('card.sla', 'x');
  const { traceId } = await inRequest(() => pipeline.submit({ document: document.id, renditions }));
  await vi.waitFor(() => expect(spans().filter(({ failed }) => failed)).toHaveLength(1));
  await pipeline.dispatcher.dispatchDue();
  expect(treeOf(spans(), traceId)).toEqual([['request', [['submit', ['dispatch!', 'dispatch']]]]]);
  await pipeline.close();
});
