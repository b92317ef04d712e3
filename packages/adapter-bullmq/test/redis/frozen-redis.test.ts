import { createBullMQJobQueue, createRedisEventBus } from '@pubpipe/adapter-bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { type RedisServer, startRedisServer } from '../../../../test/kit/redis-server.ts';

let server: RedisServer;
let connection: Redis;
beforeAll(async () => {
  server = await startRedisServer();
  connection = new Redis(server.url);
});
afterAll(async () => {
  connection?.disconnect();
  await server?.stop();
});

const deliveryOf = (jobId: string) => ({ jobId, dispatch: 1, priority: 0 });
let queues = 0;
const openQueue = (options: { callTimeoutMs?: number; maxCallsUnderWay?: number } = {}) => {
  queues += 1;
  const queue = createBullMQJobQueue({ connection, prefix: `queue-${queues}`, callTimeoutMs: 200, ...options });
  onTestFinished(() => queue.close());
  return queue;
};

it('refuses what a frozen Redis does not answer, and asks it no more than so many questions', async () => {
  const queue = openQueue({ maxCallsUnderWay: 10 });
  await queue.enqueue(deliveryOf('before'));
  server.freeze();
  try {
    const unanswered = Array.from({ length: 10 }, (_, index) => queue.enqueue(deliveryOf(`late-${index}`)));
    const tooMany = Array.from({ length: 1_000 }, (_, index) => queue.enqueue(deliveryOf(`never-${index}`)));
    for (const { status, reason } of (await Promise.allSettled([
      ...tooMany,
      ...unanswered,
    ])) as PromiseRejectedResult[]) {
      expect(status).toBe('rejected');
      expect(reason).toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    }
    await expect(queue.has('before-1')).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    await expect(queue.size()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  } finally {
    server.thaw();
  }
  // What was sent before nobody waited any more is done late, and nothing else is.
  await vi.waitFor(async () => expect(await queue.size()).toBe(11), 10_000);
});

it('closes while Redis is frozen', async () => {
  const queue = createBullMQJobQueue({ connection, prefix: 'closing', callTimeoutMs: 200 });
  const taken = Promise.withResolvers<void>();
  queue.consume(async (_, signal) => {
    taken.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  });
  await queue.enqueue(deliveryOf('a'));
  await taken.promise;
  const bus = createRedisEventBus({ connection, prefix: 'closing' });
  await bus.ready();
  server.freeze();
  try {
    bus.publish({ tenant: 't', jobId: 'a', ended: false });
    await expect(Promise.all([queue.close(), bus.close()])).resolves.toBeDefined();
  } finally {
    server.thaw();
  }
});

it('never throws from publish, and keeps one notification for each job while Redis is frozen', async () => {
  const [bus, elsewhere] = [createRedisEventBus({ connection }), createRedisEventBus({ connection })];
  onTestFinished(async () => void (await Promise.all([bus.close(), elsewhere.close()])));
  await Promise.all([bus.ready(), elsewhere.ready()]);
  const received: string[] = [];
  elsewhere.subscribe(({ jobId, ended }) => received.push(`${jobId} ${ended}`));
  // The publisher is ready as soon as one has come through.
  await vi.waitFor(() => {
    bus.publish({ tenant: 't', jobId: 'first', ended: false });
    expect(received).toContain('first false');
  }, 10_000);
  server.freeze();
  bus.publish({ tenant: 't', jobId: 'under way', ended: false });
  await new Promise((resolve) => setImmediate(resolve));
  for (let index = 0; index < 1_000; index += 1) {
    bus.publish({ tenant: 't', jobId: 'a', ended: index === 500 });
    bus.publish({ tenant: 't', jobId: 'b', ended: false });
  }
  server.thaw();
  await vi.waitFor(() => expect(received).toContain('b false'), 10_000);
  expect(received.filter((text) => !text.startsWith('first'))).toEqual(['under way false', 'a true', 'b false']);
});

it('goes on by itself when Redis has restarted without its data', async () => {
  const queue = openQueue({ callTimeoutMs: 2_000 });
  const bus = createRedisEventBus({ connection, prefix: 'restarted' });
  const elsewhere = createRedisEventBus({ connection, prefix: 'restarted' });
  onTestFinished(async () => void (await Promise.all([bus.close(), elsewhere.close()])));
  await Promise.all([bus.ready(), elsewhere.ready()]);
  const handled: string[] = [];
  queue.consume(async ({ jobId }) => void handled.push(jobId));
  await queue.enqueue(deliveryOf('before'));
  await vi.waitFor(() => expect(handled).toEqual(['before']), 10_000);
  await server.restart({ loseData: true });
  await vi.waitFor(() => queue.enqueue(deliveryOf('after')), { timeout: 20_000, interval: 50 });
  await vi.waitFor(() => expect(handled).toContain('after'), 30_000);
  const heard = Promise.withResolvers<void>();
  elsewhere.subscribe(() => heard.resolve());
  await vi.waitFor(
    async () => {
      bus.publish({ tenant: 't', jobId: 'after', ended: false });
      await Promise.race([heard.promise, new Promise((_, reject) => setTimeout(reject, 20, new Error('not yet')))]);
    },
    { timeout: 20_000, interval: 20 },
  );
});

it('refuses at once while Redis is away, and closes', async () => {
  const other = await startRedisServer();
  const host = new Redis(other.url);
  host.on('error', () => undefined); // the host's own connection is cut too
  const queue = createBullMQJobQueue({ connection: host, callTimeoutMs: 60_000 });
  const bus = createRedisEventBus({ connection: host });
  await bus.ready();
  const taken = Promise.withResolvers<void>();
  queue.consume(async () => taken.resolve());
  await queue.enqueue(deliveryOf('a'));
  await taken.promise;
  await other.stop();
  // Had it waited for Redis, this would take a minute.
  await vi.waitFor(
    async () => await expect(queue.enqueue(deliveryOf('b'))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' }),
    10_000,
  );
  bus.publish({ tenant: 't', jobId: 'b', ended: false });
  await bus.close();
  host.disconnect();
});

it('closes a queue whose Redis is away', async () => {
  const other = await startRedisServer();
  const host = new Redis(other.url);
  host.on('error', () => undefined); // the host's own connection is cut too
  const queue = createBullMQJobQueue({ connection: host, callTimeoutMs: 200 });
  const taken = Promise.withResolvers<void>();
  queue.consume(async () => taken.resolve());
  await queue.enqueue(deliveryOf('a'));
  await taken.promise;
  await other.stop();
  await queue.close();
  host.disconnect();
  await expect(queue.enqueue(deliveryOf('b'))).rejects.toMatchObject({ code: 'CLOSED' });
});
