// Sends a delivery and a notification through Redis, which REDIS_URL names.
import assert from 'node:assert/strict';
import process from 'node:process';
import { createBullMQJobQueue, createRedisEventBus } from '@pubpipe/adapter-bullmq';
import { Redis } from 'ioredis';
import { loadEntries } from './load-entries.mjs';

const entries = await loadEntries('@pubpipe/adapter-bullmq');
const connection = new Redis(process.env.REDIS_URL);
const queue = createBullMQJobQueue({ connection, prefix: `{package-${process.pid}}` });
const bus = createRedisEventBus({ connection, prefix: `{package-${process.pid}}` });
try {
  await bus.ready();
  const handled = Promise.withResolvers();
  const heard = Promise.withResolvers();
  bus.subscribe(heard.resolve);
  queue.consume(async (delivery) => {
    bus.publish({ tenant: 'print-shop', jobId: delivery.jobId, ended: true });
    handled.resolve(delivery);
  });
  await queue.enqueue({ jobId: 'job-7', dispatch: 1, priority: 0 });
  assert.equal((await handled.promise).jobId, 'job-7');
  assert.equal((await heard.promise).jobId, 'job-7');
  console.log(`@pubpipe/adapter-bullmq: ${entries} entry, a delivery is handled`);
} finally {
  await Promise.all([queue.close(), bus.close()]);
  await connection.quit();
}
