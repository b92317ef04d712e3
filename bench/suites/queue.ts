// Jobs through BullMQ with a renderer that does nothing, beside BullMQ alone. Information, no goals.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBullMQJobQueue } from '@pubpipe/adapter-bullmq';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { createPipeline, type JobQueue, type Pipeline } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus } from '@pubpipe/core/memory';
import { startWorker } from '@pubpipe/core/worker';
import { type ConnectionOptions, createPostgresBackend, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Kysely, PostgresDialect } from 'kysely';
import pLimit from 'p-limit';
import { Pool } from 'pg';
import { startPostgresServer } from '../../test/kit/postgres-server.ts';
import { startRedisServer } from '../../test/kit/redis-server.ts';
import { createIdleRenderer } from '../queue/idle-renderer.ts';
import { StageClock, stages } from '../queue/stage-clock.ts';
import { median } from '../statistics.ts';
import type { BenchSuite, Row } from '../suite.ts';

const concurrency = 8;
const burst = 1_000;
const single = 300;
const warmUps = 50;

export const suite: BenchSuite = { name: 'queue', run };

interface Measured {
  readonly perSecond: number;
  /** From handing a job over to its end, one job at a time. */
  readonly latenciesMs: readonly number[];
  /** How that time is divided, if it is known. */
  readonly stageClock?: StageClock;
}

async function run(): Promise<Row[]> {
  const redis = await startRedisServer();
  const postgres = await startPostgresServer();
  const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  try {
    const onPostgres = { connectionString: postgres.url, schema: 'queues', migrate: true };
    return [
      ...toRows('bullmq-redis', await measureOurs(createBullMQJobQueue({ connection }), postgres.url)),
      ...toRows('raw-bullmq-redis', await measureRaw((name) => openRawRedis(name, connection))),
      ...toRows(
        'bullmq-pg',
        await measureOurs(
          createBullMQJobQueue({ backend: createPostgresBackend, connection: onPostgres }),
          postgres.url,
        ),
      ),
      ...toRows('raw-bullmq-pg', await measureRaw((name) => openRawPostgres(name, onPostgres))),
    ];
  } finally {
    connection.disconnect();
    await Promise.all([redis.stop(), postgres.stop()]);
  }
}

function toRows(name: string, { perSecond, latenciesMs, stageClock }: Measured): Row[] {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
  return [
    { id: `${name}-jobs-per-s`, value: perSecond, unit: '1/s', samples: burst },
    { id: `${name}-p50-ms`, value: median(sorted), unit: 'ms', samples: sorted.length },
    { id: `${name}-p99-ms`, value: p99, unit: 'ms', samples: sorted.length },
    ...(stageClock === undefined ? [] : stages).map((stage): Row => {
      const durationsMs = stageClock?.durationsMs(stage) ?? [];
      return { id: `${name}-${stage}-ms`, value: median(durationsMs), unit: 'ms', samples: durationsMs.length };
    }),
  ];
}

/** A whole pipeline: rows in PostgreSQL, files on the disk. */
async function measureOurs(queue: JobQueue, databaseUrl: string): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-bench-'));
  const pool = new Pool({ connectionString: databaseUrl, max: 20 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const jobStore = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
  const stageClock = new StageClock();
  const artifactStore = createFsArtifactStore({ directory, durable: false });
  const pipeline = createPipeline({
    jobStore: stageClock.watch(jobStore),
    artifactStore,
    queue,
    bus: createInProcessEventBus(),
  });
  const scratchSpace = createFsScratchSpace({ directory: join(directory, 'scratch') });
  const worker = startWorker(pipeline, {
    renderer: createIdleRenderer(concurrency, async () => undefined),
    scratchSpace,
  });
  try {
    const document = await pipeline.upload({ fileName: 'a.sla', content: oneChunk() });
    const measured = await measure(async (index) => {
      const beganAt = performance.now();
      await renderOne(pipeline, document.id);
      if (index >= burst) stageClock.jobTold(beganAt);
    });
    return { ...measured, stageClock };
  } finally {
    await worker.close();
    await pipeline.close();
    await queue.close();
    await db.destroy();
    await rm(directory, { recursive: true });
  }
}

async function* oneChunk() {
  yield Buffer.from('x');
}

async function renderOne(pipeline: Pipeline, document: string): Promise<void> {
  await pipeline.renderAndWait({ document, renditions: [{ kind: 'pdf' }] });
}

interface RawQueue {
  add(id: string): Promise<unknown>;
  /** Calls back with each job that has ended. */
  start(ended: (id: string) => void): void;
  close(): Promise<void>;
}

async function measureRaw(open: (name: string) => RawQueue): Promise<Measured> {
  const queue = open('raw');
  const waiting = new Map<string, () => void>();
  queue.start((id) => waiting.get(id)?.());
  try {
    return await measure(async (index) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(`job-${index}`, resolve);
      await queue.add(`job-${index}`);
      await promise;
    });
  } finally {
    await queue.close();
  }
}

const kept = { removeOnComplete: true, removeOnFail: true } as const;

function openRawRedis(name: string, connection: Redis): RawQueue {
  const queue = new Queue(name, { connection });
  let worker: Worker | undefined;
  return {
    add: (jobId) => queue.add('job', {}, { jobId, priority: 1, ...kept }),
    start(ended) {
      worker = new Worker(name, async () => null, { connection, concurrency });
      worker.on('completed', ({ id = '' }) => ended(id));
    },
    async close() {
      await worker?.close();
      await queue.close();
    },
  };
}

function openRawPostgres(name: string, config: { connectionString: string; schema: string }): RawQueue {
  const connection = config as unknown as ConnectionOptions;
  const backend = createPostgresBackend as never;
  const queue = new Queue(name, { connection }, backend);
  let worker: Worker | undefined;
  return {
    add: (jobId) => queue.add('job', {}, { jobId, priority: 1, ...kept }),
    start(ended) {
      worker = new Worker(name, async () => null, { connection, concurrency }, backend);
      worker.on('completed', ({ id = '' }) => ended(id));
    },
    async close() {
      await worker?.close();
      await queue.close();
    },
  };
}

async function measure(one: (index: number) => Promise<void>): Promise<Measured> {
  // Connections and prepared statements are there before the clock runs.
  for (let index = 0; index < warmUps; index += 1) await one(-1 - index);
  const limit = pLimit(4 * concurrency);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: burst }, (_, index) => limit(() => one(index))));
  const perSecond = (1_000 * burst) / (performance.now() - startedAt);
  const latenciesMs: number[] = [];
  for (let index = 0; index < single; index += 1) {
    const beganAt = performance.now();
    await one(burst + index);
    latenciesMs.push(performance.now() - beganAt);
  }
  return { perSecond, latenciesMs };
}
