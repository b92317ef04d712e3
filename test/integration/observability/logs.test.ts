import { type Logger, PubpipeError } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import type { Logger as PinoLogger } from 'pino';
import { expect, expectTypeOf, test, vi } from 'vitest';
import { openPino } from '../support/open-pino.ts';
import { openTestPipeline, type TestPipelineOptions } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

const tenant = 'print-shop';
const correlationId = 'request-1';

/** A job whose life has been seen to its end, and all the lines of it. */
async function logLife(options: TestPipelineOptions, { expecting }: { readonly expecting: string }) {
  const { lines, logger } = openPino();
  const { pipeline, stopWorkers } = await openTestPipeline({ ...options, logger });
  const content = async function* () {
    yield Buffer.from('x');
  };
  const { id } = await pipeline.upload({ tenant, fileName: 'card.sla', content: content() });
  const request = { tenant, document: id, renditions: [{ kind: 'pdf' as const }], correlationId };
  const { job } = await pipeline.submit(request);
  for await (const _ of pipeline.follow(job));
  await vi.waitFor(() => expect(lines.map(({ msg }) => msg)).toContain(expecting));
  await stopWorkers();
  const status = (await pipeline.get(job)).status;
  return { jobId: job.id, status, lines, messages: lines.map(({ msg }) => msg) };
}

const sound = createScriptedRenderer(async ({ deliver }) => {
  await deliver('page-0001.png', 'a page', 1);
  await deliver('document.pdf', 'the whole');
});
const unavailable = new PubpipeError('JOB_STORE_UNAVAILABLE', 'Away.');

test('a pino is a logger, and so is the console', () => {
  expectTypeOf<PinoLogger>().toExtend<Logger>();
  expectTypeOf<Console>().toExtend<Logger>();
});

test('the steps of a job are lines, each of which says whose it is', async () => {
  const life = await logLife({ renderer: sound }, { expecting: 'a job has completed' });
  expect(life.messages).toEqual(['a job was claimed', ...life.messages.slice(1, -1).toSorted(), 'a job has completed']);
  expect(life.messages.slice(1, -1).toSorted()).toEqual([
    'a document was rendered',
    'a file was uploaded',
    'a file was uploaded',
  ]);
  for (const line of life.lines) expect(line).toMatchObject({ jobId: life.jobId, tenant, correlationId, attempt: 1 });
  expect(life.lines.at(-1)).toMatchObject({ level: 30, durationMs: expect.any(Number) as unknown });
});

test.each<[string, TestPipelineOptions, { status: string; level: number }]>([
  [
    'an attempt failed and will be followed by another',
    {
      renderer: createScriptedRenderer(async ({ index, deliver }) => {
        if (index === 0) throw new PubpipeError('RENDERER_CRASHED', 'It died.');
        await deliver('document.pdf', 'the whole');
      }),
    },
    { status: 'completed', level: 40 },
  ],
  [
    'a job failed',
    { renderer: createScriptedRenderer(() => Promise.reject(new PubpipeError('RENDER_FAILED', 'No.'))) },
    { status: 'failed', level: 40 },
  ],
  [
    'a scratch directory could not be removed',
    {
      renderer: sound,
      aroundScratchSpace: (space) => ({
        ...space,
        discardAbandoned: (options) => space.discardAbandoned(options),
        open: async () => failing(await space.open(), { close: () => ({ when: 'after', error: new Error('busy') }) }),
      }),
    },
    { status: 'completed', level: 40 },
  ],
  [
    'the preview of a page could not be shown',
    {
      renderer: sound,
      aroundJobStore: (store) => failing(store, { publishPreview: () => ({ when: 'before', error: unavailable }) }),
    },
    { status: 'completed', level: 40 },
  ],
  [
    'a heartbeat failed',
    {
      renderer: createScriptedRenderer(async ({ report, deliver }) => {
        report({ stage: 'exporting' });
        await deliver('document.pdf', 'the whole');
      }),
      aroundJobStore: (store) => failing(store, { heartbeat: () => ({ when: 'before', error: unavailable }) }),
    },
    { status: 'completed', level: 40 },
  ],
  [
    'a delivery could not be handled and will come again',
    {
      renderer: createScriptedRenderer(async ({ index, deliver }) => {
        if (index === 0) throw new PubpipeError('RENDER_FAILED', 'No.');
        await deliver('document.pdf', 'the whole');
      }),
      worker: { leaseMs: 300, sweep: { intervalMs: 20 } },
      aroundJobStore: (store) =>
        failing(store, { fail: (call) => (call === 1 ? { when: 'before', error: unavailable } : undefined) }),
    },
    { status: 'completed', level: 50 },
  ],
])('"%s" says whose job it is, which attempt, and why', async (message, options, expected) => {
  const life = await logLife(options, { expecting: message });
  expect(life.status).toBe(expected.status);
  expect(life.lines.find(({ msg }) => msg === message)).toMatchObject({
    level: expected.level,
    attempt: 1,
    err: { type: expect.any(String) as unknown, stack: expect.any(String) as unknown },
  });
  for (const { jobId, tenant: whose, correlationId: cause, attempt, msg } of life.lines) {
    expect({ msg, jobId, whose, cause }).toEqual({ msg, jobId: life.jobId, whose: tenant, cause: correlationId });
    expect([msg, attempt]).toEqual([msg, expect.any(Number)]);
  }
});

test('what the queue does to a job says whose it is, between its attempts', async () => {
  const { lines, logger } = openPino();
  const { pipeline, uploadText } = await openTestPipeline({ renderer: sound, startWorker: false, logger });
  const { id } = await uploadText('card.sla', 'x');
  await pipeline.parts.queue.close();
  const { job } = await pipeline.submit({ document: id, renditions: [{ kind: 'pdf' }], correlationId });
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  expect(lines[0]).toMatchObject({
    msg: 'the queue could not be told of a job; the next sweep tells again',
    jobId: job.id,
    tenant: 'default',
    correlationId,
    dispatch: 1,
  });
  expect(lines[0]).not.toHaveProperty('priority');
});

test('a lost worker is told of with the attempt that it had', async () => {
  const { lines, logger } = openPino();
  const { pipeline, uploadText, jobStore, startWorker } = await openTestPipeline({
    renderer: sound,
    startWorker: false,
    worker: { sweep: { intervalMs: 20 } },
    logger,
  });
  const { id } = await uploadText('card.sla', 'x');
  const { job } = await pipeline.submit({ document: id, renditions: [{ kind: 'pdf' }], correlationId });
  await jobStore.claim({ jobId: job.id, owner: 'nobody', leaseMs: 1 });
  startWorker();
  for await (const _ of pipeline.follow(job));
  expect(lines.find(({ msg }) => msg === 'a worker was lost with its job')).toMatchObject({
    jobId: job.id,
    tenant: 'default',
    correlationId,
    attempt: 1,
    status: 'queued',
  });
});
