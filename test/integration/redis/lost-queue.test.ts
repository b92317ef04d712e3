import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBullMQJobQueue, createRedisEventBus, startBullMQWorker } from '@pubpipe/adapter-bullmq';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { createPipeline, type JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import SQLite from 'better-sqlite3';
import { Redis } from 'ioredis';
import { Kysely, SqliteDialect } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startRedisServer } from '../../kit/redis-server.ts';
import { createScriptedRenderer, type ScriptedRenderer } from '../support/scripted-renderer.ts';

const pdf = [{ kind: 'pdf' as const }];

/** A producer's pipeline on Redis, and workers that share its SQLite file and file system. */
async function openOnRedis() {
  const server = await startRedisServer();
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-redis-test-'));
  const connection = new Redis(server.url);
  connection.on('error', () => undefined); // the host's own connection sees the restart too
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new SQLite(join(directory, 'jobs.db')) }) });
  const jobStore = (await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true })) as JobStore;
  const artifactStore = createFsArtifactStore({ directory: join(directory, 'artifacts') });
  const scratchSpace = createFsScratchSpace({ directory: join(directory, 'scratch') });
  const queue = createBullMQJobQueue({ connection });
  const bus = createRedisEventBus({ connection });
  const pipeline = createPipeline({ jobStore, artifactStore, queue, bus });
  onTestFinished(async () => {
    await pipeline.close();
    await Promise.all([queue.close(), bus.close()]);
    connection.disconnect();
    await db.destroy();
    await artifactStore.close();
    await server.stop();
    await rm(directory, { recursive: true });
  });
  const content = async function* () {
    yield Buffer.from('a document');
  };
  return {
    server,
    queue,
    pipeline,
    upload: () => pipeline.upload({ fileName: 'card.sla', content: content() }),
    startWorker: (renderer: ScriptedRenderer) =>
      startBullMQWorker({
        connection,
        jobStore,
        artifactStore,
        scratchSpace,
        renderer,
        sweep: { intervalMs: 50, redispatchAfterMs: 500 },
      }),
  };
}

test('all jobs are completed exactly once when Redis loses its data with them', async () => {
  const { server, pipeline, upload, startWorker } = await openOnRedis();
  const document = await upload();
  const jobs = await Promise.all(
    Array.from({ length: 20 }, async () => (await pipeline.submit({ document: document.id, renditions: pdf })).job),
  );
  const atWork = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(
    async ({ deliver, index }) => {
      if (index === 5) atWork.resolve();
      if (index >= 4) await goOn.promise;
      await deliver('document.pdf', 'the whole');
    },
    { slots: 2 },
  );
  const worker = startWorker(renderer);
  // Some are done, two are at work, and the others wait in Redis.
  await atWork.promise;
  await server.restart({ loseData: true });
  goOn.resolve();
  await vi.waitFor(
    async () => {
      const { jobs: all } = await pipeline.list({ limit: 100 });
      expect(all.map(({ status }) => status)).toEqual(jobs.map(() => 'completed'));
    },
    { timeout: 50_000, interval: 100 },
  );
  for (const job of jobs) {
    const events = await pipeline.events(job);
    expect(events.filter(({ type }) => type === 'completed')).toHaveLength(1);
    expect((await pipeline.get(job)).attempt).toBe(1);
  }
  expect(renderer.begun).toBe(20);
  await worker.close();
});

test('a worker that closes in the middle of a job hands it back at once, and another one completes it', async () => {
  const { pipeline, upload, startWorker } = await openOnRedis();
  const begun = Promise.withResolvers<void>();
  const stuck = createScriptedRenderer(async ({ signal }) => {
    begun.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    throw signal.reason;
  });
  const first = startWorker(stuck);
  const document = await upload();
  const { job } = await pipeline.submit({ document: document.id, renditions: pdf });
  await begun.promise;
  await first.close({ drainTimeoutMs: 10 });
  expect(await pipeline.get(job)).toMatchObject({ status: 'queued', attempt: 1, failures: 0 });
  const second = startWorker(createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole')));
  for await (const _ of pipeline.follow(job));
  expect(await pipeline.get(job)).toMatchObject({ status: 'completed', attempt: 2, failures: 0 });
  await second.close();
});

test('a delivery that is added twice is one job done once', async () => {
  const { pipeline, queue, upload, startWorker } = await openOnRedis();
  const document = await upload();
  const { job } = await pipeline.submit({ document: document.id, renditions: pdf });
  const renderer = createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole'));
  const worker = startWorker(renderer);
  await queue.enqueue({ jobId: job.id, dispatch: 1, priority: 0 });
  for await (const _ of pipeline.follow(job));
  // It is gone from the queue by now, so that this is a new delivery of a job that is done.
  await vi.waitFor(async () => expect(await queue.has(`${job.id}-1`)).toBe(false), 10_000);
  await queue.enqueue({ jobId: job.id, dispatch: 1, priority: 0 });
  await vi.waitFor(async () => expect(await queue.has(`${job.id}-1`)).toBe(false), 10_000);
  expect(renderer.begun).toBe(1);
  expect(await pipeline.get(job)).toMatchObject({ status: 'completed', attempt: 1 });
  await worker.close();
});

test('with Redis frozen jobs are accepted, and done when it answers again', async () => {
  const { server, pipeline, upload, startWorker } = await openOnRedis();
  const worker = startWorker(createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole')));
  const document = await upload();
  server.freeze();
  const { job, dispatch } = await pipeline.submit({ document: document.id, renditions: pdf });
  await dispatch();
  expect((await pipeline.get(job)).status).toBe('queued');
  server.thaw();
  for await (const _ of pipeline.follow(job));
  expect(await pipeline.get(job)).toMatchObject({ status: 'completed', attempt: 1 });
  await worker.close();
});
