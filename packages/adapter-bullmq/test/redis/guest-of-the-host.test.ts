import { createBullMQJobQueue, createRedisEventBus } from '@pubpipe/adapter-bullmq';
import { dispatchId } from '@pubpipe/core';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished, vi } from 'vitest';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const delivery = { jobId: 'a', dispatch: 1, priority: 0 };

it("writes under its prefix alone, and the host's connection stays as it was", async () => {
  const { connection, prefix } = redis();
  await connection.set(`${prefix}-host`, 'mine');
  const queue = createBullMQJobQueue({ connection, prefix: `${prefix}-queue` });
  const bus = createRedisEventBus({ connection, prefix: `${prefix}-queue` });
  await bus.ready();
  await queue.enqueue(delivery);
  const handled = Promise.withResolvers<void>();
  queue.consume(async () => handled.resolve());
  await handled.promise;
  await queue.close();
  await bus.close();
  const others = (await redis().keys()).filter((key) => !key.startsWith(`${prefix}-queue:jobs:`));
  expect(others).toEqual([`${prefix}-host`]);
  expect(await connection.get(`${prefix}-host`)).toBe('mine');
});

it('leaves nothing of a delivery that was handled', async () => {
  const { connection } = redis();
  const prefix = `${redis().prefix}-emptied`;
  const queue = createBullMQJobQueue({ connection, prefix });
  onTestFinished(() => queue.close());
  await queue.enqueue(delivery);
  queue.consume(async () => {});
  await vi.waitFor(async () => expect(await queue.has(dispatchId(delivery))).toBe(false), 10_000);
  // A name that was used and forgotten may be used again: BullMQ ignores one that it still knows.
  await queue.enqueue(delivery);
  await vi.waitFor(async () => {
    const keys = (await redis().keys()).filter((key) => key.startsWith(prefix));
    expect(keys.filter((key) => key.includes(':a-1'))).toEqual([]);
  }, 10_000);
});

it('works beside a host that waits for no connection and has a prefix of its own', async () => {
  const { url } = { url: redis().connection.options };
  const host = new Redis({ ...url, lazyConnect: true, keyPrefix: 'host:', maxRetriesPerRequest: 3 });
  onTestFinished(() => host.disconnect());
  const queue = createBullMQJobQueue({ connection: host, prefix: `${redis().prefix}-lazy` });
  onTestFinished(() => queue.close());
  await queue.enqueue(delivery);
  const handled = Promise.withResolvers<string>();
  queue.consume(async ({ jobId }) => handled.resolve(jobId));
  expect(await handled.promise).toBe('a');
  expect(host.status).toBe('wait');
});

it('handles a delivery of a consumer that is gone without a word', async () => {
  const { connection } = redis();
  const prefix = `${redis().prefix}-gone`;
  const options = { prefix, lockDurationMs: 300, stalledIntervalMs: 200 };
  const ownConnections = connection.duplicate();
  const copies: Redis[] = [];
  const duplicate = ownConnections.duplicate.bind(ownConnections);
  ownConnections.duplicate = (override) => {
    const copy = duplicate(override);
    copies.push(copy);
    return copy;
  };
  const lost = createBullMQJobQueue({ ...options, connection: ownConnections });
  const taken = Promise.withResolvers<void>();
  const stop = Promise.withResolvers<void>();
  lost.consume(async () => {
    taken.resolve();
    await stop.promise;
  });
  const queue = createBullMQJobQueue({ ...options, connection });
  onTestFinished(() => queue.close());
  await queue.enqueue(delivery);
  await taken.promise;
  // Its process is killed: nothing renews the lock any more.
  for (const copy of copies) copy.disconnect();
  const handled = Promise.withResolvers<string>();
  queue.consume(async ({ jobId }) => handled.resolve(jobId));
  expect(await handled.promise).toBe('a');
  stop.resolve();
  await lost.close();
  ownConnections.disconnect();
});
