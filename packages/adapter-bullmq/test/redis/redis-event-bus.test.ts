import { randomUUID } from 'node:crypto';
import { createRedisEventBus } from '@pubpipe/adapter-bullmq';
import { describeEventBus } from '@pubpipe/core/testing';
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
