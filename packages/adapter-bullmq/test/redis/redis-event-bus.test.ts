import { randomUUID } from 'node:crypto';
import { createRedisEventBus } from '@pubpipe/adapter-bullmq';
import { describeEventBus } from '@pubpipe/core/testing';
import type { Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { notingCopies } from '../support/noting-copies.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();

describeEventBus('RedisEventBus', async () => {
  const { connection } = redis();
  const prefix = `${redis().prefix}-${randomUUID()}`;
  const [bus, elsewhere] = [
    createRedisEventBus({ connection, prefix }),
    createRedisEventBus({ connection, prefix }),
  ] as const;
  return {
    bus,
    elsewhere,
    subscribed: async () => void (await Promise.all([bus.ready(), elsewhere.ready()])),
    close: async () => void (await Promise.all([bus.close(), elsewhere.close()])),
  };
});

it.each(Array.from({ length: 12 }, (_, steps) => steps))(
  'sends what is published %i steps after the message before was answered',
  async (steps) => {
    const prefix = `${redis().prefix}-${randomUUID()}`;
    const { connection, copies } = notingCopies(redis().connection);
    const bus = createRedisEventBus({ connection, prefix });
    const elsewhere = createRedisEventBus({ connection: redis().connection, prefix });
    const heard: string[] = [];
    elsewhere.subscribe(({ jobId }) => heard.push(jobId));
    await Promise.all([bus.ready(), elsewhere.ready()]);
    const publisher = copies[0] as Redis;
    await vi.waitFor(() => expect(publisher.status).toBe('ready'));
    const publish: (channel: string | Buffer, message: string | Buffer) => Promise<number> =
      publisher.publish.bind(publisher);
    publisher.publish = (channel: string | Buffer, message: string | Buffer) => {
      const sent = publish(channel, message);
      publisher.publish = publish;
      void sent.then(async () => {
        for (let step = 0; step < steps; step += 1) await Promise.resolve();
        bus.publish({ tenant: 't', jobId: 'second', ended: false });
      });
      return sent;
    };

    bus.publish({ tenant: 't', jobId: 'first', ended: false });

    await vi.waitFor(() => expect(heard).toEqual(['first', 'second']), 5_000);
    await Promise.all([bus.close(), elsewhere.close()]);
  },
);
