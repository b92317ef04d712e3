import { createBullMQJobQueue } from '@pubpipe/adapter-bullmq';
import { describeJobQueue } from '@pubpipe/core/testing';
import { createPostgresBackend } from 'bullmq';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import type { TestDatabase } from '../../../../test/kit/test-database.ts';

let database: TestDatabase;
let onlooker: Client;
beforeAll(async () => {
  database = await openTestDatabase();
  onlooker = new Client(database.url);
  await onlooker.connect();
});
afterAll(async () => {
  await onlooker?.end();
  await database?.drop();
});

describeJobQueue('BullMQJobQueue on PostgreSQL', async () => {
  const queue = createBullMQJobQueue({
    backend: createPostgresBackend,
    connection: { connectionString: database.url, schema: 'queues', migrate: true },
    redeliverAfterMs: 5,
  });
  return {
    queue,
    async close() {
      await queue.close();
      await onlooker.query('DROP SCHEMA IF EXISTS queues CASCADE');
    },
  };
});

it("leaves the host's pool open", async () => {
  const pool = new Pool({ connectionString: database.url });
  const prepared = createBullMQJobQueue({
    backend: createPostgresBackend,
    connection: { connectionString: database.url, schema: 'queues', migrate: true },
  });
  await prepared.enqueue({ jobId: 'first', dispatch: 1, priority: 0 });
  await prepared.close();
  const queue = createBullMQJobQueue({ backend: createPostgresBackend, connection: pool as never });
  const taken: string[] = [];
  const consumer = queue.consume(async ({ jobId }) => void taken.push(jobId), { concurrency: 1 });
  await consumer.close({ drainTimeoutMs: 0 });
  await queue.close();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});
