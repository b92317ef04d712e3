import { createBullMQJobQueue } from '@pubpipe/adapter-bullmq';
import { describeJobQueue } from '@pubpipe/core/testing';
import { createPostgresBackend } from 'bullmq';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';
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
