import { createBullMQJobQueue, createRedisEventBus } from '@pubpipe/adapter-bullmq';
import { PubpipeError } from '@pubpipe/core';
import { createPostgresEventBus } from '@pubpipe/core/kysely';
import { createPostgresBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { Client, Pool } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSharedRedis } from '../../kit/shared-redis.ts';
import { type Messengers, openOnPostgres } from '../support/open-on-postgres.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

const renditions = [{ kind: 'pdf' as const }];
// A bound that were needed anywhere would outlast the test.
const callTimeoutMs = 3_600_000;

function postgresBus(url: string) {
  return createPostgresEventBus({
    connect: async () => {
      const client = new Client(url);
      await client.connect();
      return client;
    },
  });
}

async function onRedis(): Promise<() => Messengers> {
  const { url, prefix } = await openSharedRedis();
  const connection = new Redis(url);
  onTestFinished(async () => {
    const keys = await connection.keys(`${prefix}*`);
    if (keys.length > 0) await connection.unlink(...keys);
    await connection.quit();
  });
  return () => {
    const bus = createRedisEventBus({ connection, prefix });
    return { queue: createBullMQJobQueue({ connection, prefix, callTimeoutMs }), bus, ready: () => bus.ready() };
  };
}

async function onPostgres({ url }: Awaited<ReturnType<typeof openOnPostgres>>): Promise<() => Messengers> {
  return () => {
    const bus = postgresBus(url);
    const connection = { connectionString: url, migrate: true };
    const queue = createBullMQJobQueue({ backend: createPostgresBackend, connection, callTimeoutMs });
    return { queue, bus, ready: () => Promise.all([bus.listening(), queue.size()]) };
  };
}

async function onHostsPool({ url, onClose }: Awaited<ReturnType<typeof openOnPostgres>>): Promise<() => Messengers> {
  const prepared = createBullMQJobQueue({
    backend: createPostgresBackend,
    connection: { connectionString: url, migrate: true },
  });
  await prepared.size();
  await prepared.close();
  const pool = new Pool({ connectionString: url, options: '-c search_path=bullmq', max: 6 });
  onClose(async () => {
    // Everything of ours has given its connections back.
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
  return () => {
    const bus = postgresBus(url);
    const queue = createBullMQJobQueue({ backend: createPostgresBackend, connection: pool, callTimeoutMs });
    return { queue, bus, ready: () => bus.listening() };
  };
}

describe.each([
  ['BullMQ on Redis', onRedis],
  ["BullMQ's PostgreSQL backend", onPostgres],
  ["BullMQ's PostgreSQL backend on the host's pool", onHostsPool],
])('jobs in PostgreSQL, deliveries through %s', (_, messengersOf) => {
  /** A process that accepts jobs, and one that renders. */
  async function open(sweep = {}) {
    const scene = await openOnPostgres();
    const messengers = await messengersOf(scene);
    const accepting = await scene.openPipeline(messengers);
    const rendering = await scene.openPipeline(messengers);
    const document = await accepting.upload();
    const submit = async (request: object = {}) =>
      (await accepting.pipeline.submit({ document: document.id, renditions, ...request })).job;
    const startWorker = (renderer: ReturnType<typeof createScriptedRenderer>) =>
      rendering.startWorker({ renderer, sweep: { intervalMs: 100, ...sweep } });
    return { pipeline: accepting.pipeline, document, submit, startWorker };
  }
  const whole = () => createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole'));

  test('a job that is accepted here is completed there, and heard of here', async () => {
    const { pipeline, document, startWorker } = await open();
    startWorker(whole());
    const job = await pipeline.renderAndWait({ document: document.id, renditions });
    expect(job).toMatchObject({ status: 'completed', attempt: 1, outputs: [{ name: 'document.pdf' }] });
    expect((await pipeline.events(job)).map(({ type }) => type)).toEqual(['queued', 'started', 'completed']);
  });

  test('a render is stopped when its job is cancelled, and the job can be retried', async () => {
    const { pipeline, submit, startWorker } = await open();
    const begun = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const renderer = createScriptedRenderer(async ({ index, signal, deliver }) => {
      if (index > 0) return await deliver('document.pdf', 'the whole');
      begun.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      stopped.resolve();
      throw signal.reason;
    });
    startWorker(renderer);
    const job = await submit();
    await begun.promise;
    await pipeline.cancel(job);
    await stopped.promise;
    expect(await pipeline.get(job)).toMatchObject({ status: 'cancelled', outputs: [] });
    await pipeline.retry(job);
    await Array.fromAsync(pipeline.follow(job));
    expect(await pipeline.get(job)).toMatchObject({ status: 'completed', attempt: 2, failures: 0 });
  });

  test('an attempt that fails is followed by another', async () => {
    const { pipeline, document, startWorker } = await open();
    const renderer = createScriptedRenderer(async ({ index, deliver }) => {
      if (index === 0) throw new PubpipeError('RENDERER_CRASHED', 'It is gone.');
      await deliver('document.pdf', 'the whole');
    });
    startWorker(renderer);
    const job = await pipeline.renderAndWait({ document: document.id, renditions });
    expect(job).toMatchObject({ status: 'completed', attempt: 2, failures: 1 });
  });

  test('higher priority goes first, and interactive jobs before all', async () => {
    const { pipeline, submit, startWorker } = await open();
    const requests = [{ priority: -5 }, { priority: 0 }, { priority: 7 }, { lane: 'interactive', priority: -9 }];
    const jobs = [];
    for (const request of requests) jobs.push(await submit({ ...request, documentName: `p${jobs.length}.sla` }));
    // They wait in the queue, all of them.
    await expect.poll(() => pipeline.parts.queue.size(), { timeout: 20_000 }).toBe(4);
    const rendered: string[] = [];
    startWorker(
      createScriptedRenderer(async ({ request, deliver }) => {
        rendered.push(String(request.document));
        await deliver('document.pdf', 'the whole');
      }),
    );
    for (const job of jobs) await Array.fromAsync(pipeline.follow(job));
    expect(rendered).toEqual(['p3.sla', 'p2.sla', 'p1.sla', 'p0.sla']);
  });

  test('a worker that closes lets a job end in time, and hands back one that does not', async () => {
    const { pipeline, submit, startWorker } = await open();
    const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const mayEnd = Promise.withResolvers<void>();
    const renderer = createScriptedRenderer(
      async ({ index, signal, deliver }) => {
        begun[index]?.resolve();
        if (index === 0) {
          await mayEnd.promise;
          return await deliver('document.pdf', 'the whole');
        }
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        throw signal.reason;
      },
      { slots: 2 },
    );
    const first = startWorker(renderer);
    const one = await submit();
    await begun[0]?.promise;
    const other = await submit();
    await begun[1]?.promise;
    const waiting = await submit();
    const closing = first.close({ drainTimeoutMs: 1_000 });
    mayEnd.resolve();
    await closing;
    expect(await pipeline.get(one)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(await pipeline.get(other)).toMatchObject({ status: 'queued', attempt: 1, failures: 0 });
    startWorker(whole());
    for (const job of [other, waiting]) await Array.fromAsync(pipeline.follow(job));
    expect(await pipeline.get(other)).toMatchObject({ status: 'completed', attempt: 2, failures: 0 });
    expect(await pipeline.get(waiting)).toMatchObject({ status: 'completed', attempt: 1 });
  });
});
