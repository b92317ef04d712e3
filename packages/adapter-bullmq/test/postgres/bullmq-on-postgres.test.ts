import { createBullMQJobQueue } from '@pubpipe/adapter-bullmq';
import { describeJobQueue } from '@pubpipe/core/testing';
import { createPostgresBackend } from 'bullmq';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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

const onSchema = (options: { callTimeoutMs?: number } = {}) =>
  createBullMQJobQueue({
    backend: createPostgresBackend,
    connection: { connectionString: database.url, schema: 'queues', migrate: true },
    ...options,
  });
const delivery = { jobId: 'first', dispatch: 1, priority: 0 };

/** Connections to the database of this file, besides the onlooker's. */
async function connections(): Promise<number> {
  const { rows } = await onlooker.query<{ count: string }>(
    `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()`,
  );
  return Number(rows[0]?.count);
}

describe('closing', () => {
  it.each(['before it has connected', 'while it waits for a delivery'])('needs no bound, %s', async (when) => {
    // A bound that were needed would outlast the test.
    const queue = onSchema({ callTimeoutMs: 3_600_000 });
    const before = await connections();
    const taken = Promise.withResolvers<void>();
    const consumer = queue.consume(async () => taken.resolve());
    if (when !== 'before it has connected') {
      await queue.enqueue(delivery);
      await taken.promise;
      await vi.waitFor(async () => expect(await queue.has('first-1')).toBe(false), 10_000);
    }
    await consumer.close();
    await queue.close();
    // One of the test before may have been on its way out still.
    await vi.waitFor(async () => expect(await connections()).toBeLessThanOrEqual(before), 10_000);
  });

  it('loses no delivery that comes just then', async () => {
    const queue = onSchema({ callTimeoutMs: 3_600_000 });
    for (let round = 1; round <= 8; round += 1) {
      const handled: number[] = [];
      const consumer = queue.consume(async ({ dispatch }) => void handled.push(dispatch));
      const [, closed] = [queue.enqueue({ ...delivery, dispatch: round }), consumer.close()];
      await closed;
      // Whoever comes next gets what nobody has handled: it is held by nobody.
      const next = queue.consume(async ({ dispatch }) => void handled.push(dispatch));
      await vi.waitFor(() => expect(handled).toEqual([round]), 10_000);
      await next.close();
    }
    await queue.close();
  });
});

describe("the host's pool", () => {
  it('serves the queue and its consumers, and stays open', async () => {
    // With a pool, BullMQ's schema is always `bullmq`, and the pool's connections have to find it.
    const pool = new Pool({ connectionString: database.url, options: '-c search_path=bullmq', max: 4 });
    const prepared = createBullMQJobQueue({
      backend: createPostgresBackend,
      connection: { connectionString: database.url, migrate: true },
    });
    expect(await prepared.size()).toBe(0);
    await prepared.close();
    const queue = createBullMQJobQueue({ backend: createPostgresBackend, connection: pool, callTimeoutMs: 3_600_000 });
    const taken: string[] = [];
    const consumer = queue.consume(async ({ jobId }) => void taken.push(jobId));
    await queue.enqueue({ ...delivery, dispatch: 100 });
    await vi.waitFor(() => expect(taken).toEqual(['first']), 10_000);
    await consumer.close();
    await queue.close();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(pool.waitingCount).toBe(0);
    await pool.end();
  });
});
