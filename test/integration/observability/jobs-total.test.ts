import { PubpipeError } from '@pubpipe/core';
import { createPrometheusMetrics } from '@pubpipe/core/prometheus';
import { Registry } from 'prom-client';
import { expect, test, vi } from 'vitest';
import { readSamples, sampleOf } from '../../../packages/core/test/support/read-samples.ts';
import { openTestPipeline, type TestPipelineOptions } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer, type RenderScene } from '../support/scripted-renderer.ts';

const renditions = [{ kind: 'pdf' as const }];

async function open(script: (scene: RenderScene) => Promise<void>, options: Partial<TestPipelineOptions> = {}) {
  const registry = new Registry();
  const metrics = createPrometheusMetrics({ registry });
  const opened = await openTestPipeline({ renderer: createScriptedRenderer(script), metrics, ...options });
  const document = await opened.uploadText('card.sla', 'four');
  const samples = async () => readSamples(await registry.metrics());
  return {
    ...opened,
    samples,
    submit: async (change = {}) => (await opened.pipeline.submit({ document: document.id, renditions, ...change })).job,
    /** Of jobs and of attempts, what has been counted so far. */
    ended: async () => {
      const counted = (await samples()).filter(({ value }) => value > 0);
      const of = (metric: string) =>
        Object.fromEntries(
          counted.filter(({ name }) => name === metric).map(({ labels, value }) => [labels['outcome'], value]),
        );
      return { jobs: of('jobs_total'), attempts: of('jobs_processing_duration_seconds_count') };
    },
  };
}

const untilAborted = ({ signal }: RenderScene) =>
  new Promise<void>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

test('a job that is completed after a retry is one job and two attempts, and its bytes and waits are counted', async () => {
  const { pipeline, submit, ended, samples, stopWorkers } = await open(async ({ index, deliver }) => {
    if (index === 0) throw new PubpipeError('RENDERER_CRASHED', 'It died.');
    await deliver('document.pdf', 'the whole');
  });
  const job = await submit();
  for await (const _ of pipeline.follow(job));
  await stopWorkers();
  expect(await ended()).toEqual({ jobs: { completed: 1 }, attempts: { requeued: 1, completed: 1 } });
  const all = await samples();
  expect(sampleOf(all, 'jobs_queue_wait_duration_seconds_count', {})).toBe(2);
  expect(sampleOf(all, 'artifact_bytes_total', { direction: 'in' })).toBe(4 + 9);
  expect(sampleOf(all, 'artifact_bytes_total', { direction: 'out' })).toBe(2 * 4);
  expect(sampleOf(all, 'render_stage_duration_seconds_count', { stage: 'exporting' })).toBe(1);
});

test('a job that fails is counted once', async () => {
  const { pipeline, submit, ended, stopWorkers } = await open(() =>
    Promise.reject(new PubpipeError('RENDER_FAILED', 'No.')),
  );
  for await (const _ of pipeline.follow(await submit()));
  await stopWorkers();
  expect(await ended()).toEqual({ jobs: { failed: 1 }, attempts: { failed: 1 } });
});

test('a job is cancelled once, however often somebody asks, whether it waits or runs', async () => {
  const { pipeline, submit, ended, stopWorkers } = await open(untilAborted);
  const waiting = await submit({ delayMs: 60_000 });
  await Promise.all([pipeline.cancel(waiting), pipeline.cancel(waiting), pipeline.cancel(waiting)]);
  const running = await submit();
  await vi.waitFor(async () => expect((await pipeline.get(running)).status).toBe('running'));
  await pipeline.cancel(running);
  await pipeline.cancel(running);
  await stopWorkers();
  expect(await ended()).toEqual({ jobs: { cancelled: 2 }, attempts: { cancelled: 1 } });
});

test('a job that is erased while it waits has been cancelled', async () => {
  const { pipeline, submit, ended } = await open(untilAborted);
  const waiting = await submit({ delayMs: 60_000 });
  await pipeline.erase({ tenant: waiting.tenant, jobId: waiting.id, dryRun: false });
  expect(await ended()).toEqual({ jobs: { cancelled: 1 }, attempts: {} });
});

test('a job that is given up when it is handed back for the last time has failed', async () => {
  const { submit, ended, pipeline, stopWorkers } = await open(untilAborted, { worker: { sweep: { maxClaims: 1 } } });
  const job = await submit();
  await vi.waitFor(async () => expect((await pipeline.get(job)).status).toBe('running'));
  await stopWorkers();
  expect(await pipeline.get(job)).toMatchObject({ status: 'failed', error: { code: 'POISONED' } });
  expect(await ended()).toEqual({ jobs: { failed: 1 }, attempts: { failed: 1 } });
});

test('a job that the sweep gives up has failed, though no worker says so', async () => {
  const { submit, ended, pipeline, jobStore, startWorker } = await open(untilAborted, {
    startWorker: false,
    worker: { sweep: { maxClaims: 1, intervalMs: 20 } },
  });
  const job = await submit();
  // A worker that dies at once.
  await jobStore.claim({ jobId: job.id, owner: 'nobody', leaseMs: 1 });
  startWorker();
  await vi.waitFor(async () => expect((await pipeline.get(job)).status).toBe('failed'));
  await vi.waitFor(async () => expect(await ended()).toEqual({ jobs: { failed: 1 }, attempts: {} }));
});
