import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createBullMQJobQueue, createRedisEventBus } from '@pubpipe/adapter-bullmq';
import { createFsArtifactStore } from '@pubpipe/artifact-store/fs';
import { createPipeline, type JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createPrometheusMetrics } from '@pubpipe/core/prometheus';
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openPostgres } from '../../../packages/core/test/support/postgres-connection.ts';
import { readSamples, type Sample, sampleOf } from '../../../packages/core/test/support/read-samples.ts';
import { documents } from '../../../packages/scribus-runner/test/fixtures/documents.ts';
import { openTestDatabase } from '../../kit/shared-postgres.ts';
import { openSharedRedis } from '../../kit/shared-redis.ts';
import { recordSpans, treeOf } from '../support/record-spans.ts';
import type { RecordedSpan } from '../support/recorded-span.ts';
import { uploadDocument } from '../support/upload-document.ts';

const { tracer, inRequest, spans } = recordSpans();

/** A process that accepts jobs, on PostgreSQL and Redis, and a worker in another one, with real Scribus. */
async function openBoth() {
  const database = await openTestDatabase();
  const redis = await openSharedRedis();
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-observed-'));
  const db = openPostgres(database.url);
  const connection = new Redis(redis.url);
  const { prefix } = redis;
  const jobStore = (await openKyselyJobStore({ db, dialect: 'postgres', migrate: true })) as JobStore;
  const artifactStore = createFsArtifactStore({ directory: join(directory, 'artifacts') });
  const [queue, bus] = [createBullMQJobQueue({ connection, prefix }), createRedisEventBus({ connection, prefix })];
  const registry = new Registry();
  const metrics = createPrometheusMetrics({ registry, jobStore });
  const pipeline = createPipeline({ jobStore, artifactStore, queue, bus, metrics, tracer });
  const worker = startWorkerProcess([database.url, redis.url, prefix, directory]);
  onTestFinished(async () => {
    worker.child.kill('SIGKILL');
    await pipeline.close();
    for (const part of [queue, bus, artifactStore]) await part.close();
    connection.disconnect();
    await db.destroy();
    await database.drop();
    await rm(directory, { recursive: true });
  });
  const { metricsUrl } = await worker.ready;
  return {
    pipeline,
    worker,
    here: async () => readSamples(await registry.metrics()),
    atWorker: async () => readSamples(await (await fetch(metricsUrl)).text()),
  };
}

interface WorkerProcess {
  readonly child: ChildProcess;
  readonly ready: Promise<{ readonly metricsUrl: string }>;
  readonly spans: readonly RecordedSpan[];
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Asks it to end, and answers its exit code. */
  end(): Promise<unknown>;
}

function startWorkerProcess(args: readonly string[]): WorkerProcess {
  const program = join(import.meta.dirname, '../fixtures/measured-worker.ts');
  const child = fork(program, args, {
    execArgv: ['--conditions=@pubpipe/source'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const ready = Promise.withResolvers<{ readonly metricsUrl: string }>();
  const made: RecordedSpan[] = [];
  child.on('message', (message: { readonly metricsUrl?: string; readonly span?: RecordedSpan }) => {
    if (message.span !== undefined) made.push(message.span);
    if (message.metricsUrl !== undefined) ready.resolve({ metricsUrl: message.metricsUrl });
  });
  ended.then(() => ready.reject(new Error('The worker has ended.'))).catch(() => undefined);
  const lines: Readonly<Record<string, unknown>>[] = [];
  if (child.stdout !== null) {
    createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  }
  return {
    child,
    ready: ready.promise,
    spans: made,
    lines,
    async end() {
      child.send('end');
      const [code] = (await ended) as [unknown];
      return code;
    },
  };
}

const one = (samples: readonly Sample[], name: string, labels = {}) => sampleOf(samples, name, labels);

test('a worker in a process of its own measures, logs and traces what it does for the process that accepts jobs', async () => {
  const { pipeline, worker, here, atWorker } = await openBoth();
  const request = { ...(await uploadDocument(pipeline, documents.sound)), renditions: [{ kind: 'pdf' as const }] };
  const renditions = [{ kind: 'pdf' as const }, { kind: 'png' as const, pages: [1] }];
  const waiting = await pipeline.submit({ ...request, delayMs: 600_000 });
  const { value: job, traceId } = await inRequest(() =>
    pipeline.renderAndWait({ ...request, renditions, correlationId: 'request-1' }),
  );
  await pipeline.renderAndWait(request);
  expect(job.status).toBe('completed');

  // The end of a job is visible a moment before its attempt has cleaned up and counts.
  const completed = { type: 'render', outcome: 'completed' };
  await vi.waitFor(async () => expect(one(await atWorker(), 'jobs_total', completed)).toBe(2), { timeout: 20_000 });
  await vi.waitFor(
    async () => expect(one(await atWorker(), 'renderer_restarts_total', { reason: 'jobs' })).toBeGreaterThan(0),
    { timeout: 20_000 },
  );
  const measured = await atWorker();
  expect(one(measured, 'jobs_processing_duration_seconds_count', completed)).toBe(2);
  expect(one(measured, 'jobs_queue_wait_duration_seconds_count')).toBe(2);
  for (const stage of ['waiting', 'starting', 'opening', 'exporting', 'checking']) {
    expect([stage, one(measured, 'render_stage_duration_seconds_count', { stage })]).toEqual([stage, 2]);
  }
  expect(one(measured, 'render_stage_duration_seconds_sum', { stage: 'exporting' })).toBeGreaterThan(0);
  const places = ['idle', 'starting', 'busy'].map((state) => one(measured, 'renderer_workers', { state }));
  expect(places).toEqual([1, 0, 0]);
  const inputBytes = documents.sound.files.reduce((sum, { content }) => sum + content.byteLength, 0);
  expect(one(measured, 'artifact_bytes_total', { direction: 'out' })).toBe(2 * inputBytes);
  const outputs = job.outputs.reduce((sum, { artifact }) => sum + (artifact.byteSize ?? 0), 0);
  expect(one(measured, 'artifact_bytes_total', { direction: 'in' })).toBeGreaterThan(outputs);

  // Both count the same queue, each what it did itself.
  const accepted = await here();
  for (const samples of [measured, accepted]) {
    const queue = ['queued', 'delayed', 'running'].map((state) => one(samples, 'queue_size', { state }));
    expect(queue).toEqual([0, 1, 0]);
  }
  expect(one(accepted, 'jobs_total', completed)).toBe(0);
  expect(one(accepted, 'artifact_bytes_total', { direction: 'in' })).toBe(inputBytes);
  await pipeline.cancel(waiting.job);
  const cancelled = { type: 'render', outcome: 'cancelled' };
  expect(one(await here(), 'jobs_total', cancelled)).toBe(1);
  expect(one(await atWorker(), 'jobs_total', cancelled)).toBe(0);

  expect(await worker.end()).toBe(0);
  const render = [
    'render',
    ['checking', 'exporting', 'opening', 'starting', 'waiting'].map((stage) => `render.${stage}`),
  ];
  const uploads = ['upload', 'upload', 'upload', 'upload'];
  const attempt = ['attempt', ['claim', 'complete', 'materialise', render, ...uploads]];
  expect(treeOf([...spans(), ...worker.spans], traceId)).toEqual([['request', [['submit', [attempt, 'dispatch']]]]]);
  const ofJob = worker.lines.filter(({ jobId }) => jobId === job.id);
  expect(ofJob.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['a job was claimed', 'a job has completed']));
  for (const line of ofJob) expect(line).toMatchObject({ tenant: 'default', attempt: 1, correlationId: 'request-1' });
});
