import { randomUUID } from 'node:crypto';
import { createBullMQJobQueue } from '@pubpipe/adapter-bullmq';
import { describeJobQueue } from '@pubpipe/core/testing';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();

describeJobQueue('BullMQJobQueue on Redis', async () => {
  const { connection, prefix } = redis();
  const queue = createBullMQJobQueue({ connection, prefix: `${prefix}-${randomUUID()}`, redeliverAfterMs: 5 });
  return { queue, close: () => queue.close() };
});
