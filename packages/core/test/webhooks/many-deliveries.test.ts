import type { JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { type CompiledQuery, type LogEvent, sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import { openPostgres } from '../support/postgres-connection.ts';
import { rowsRead } from '../support/rows-read.ts';
import { tenant, webhookWithMessage } from '../support/some-jobs.ts';

const count = 20_000;

it('what waits for one endpoint on PostgreSQL, however much it is, is not read to find what is due', async () => {
  const database = await openTestDatabase();
  const log: CompiledQuery[] = [];
  const db = openPostgres(database.url, { log: (event: LogEvent) => void log.push(event.query) });
  onTestFinished(async () => {
    await db.destroy();
    await database.drop();
  });
  const store = (await openKyselyJobStore({ db, dialect: 'postgres', migrate: true })) as JobStore;
  const dead = await webhookWithMessage(store);
  await store.addWebhookDeliveries(dead.message);
  await sql`INSERT INTO pubpipe_webhook_deliveries SELECT (jsonb_populate_record(d, jsonb_build_object(
    'id', 'delivery-' || n, 'position', d.position + n, 'state', CASE WHEN n % 2 = 0 THEN 'pending' ELSE 'dead' END,
    'ended_at', CASE WHEN n % 2 = 0 THEN NULL ELSE d.created_at END))).*
    FROM pubpipe_webhook_deliveries d, generate_series(1, ${sql.lit(count)}) AS n`.execute(db);
  await sql`ANALYZE`.execute(db);

  /** Rows that each statement of some work reads at most. */
  async function mostRead(work: () => Promise<unknown>): Promise<number> {
    log.length = 0;
    await work();
    const statements = log.filter((query) => /^(with|select|update|delete)/.test(query.sql));
    const reads: number[] = [];
    for (const statement of statements) reads.push(await rowsRead(db, statement));
    return Math.max(...reads);
  }

  const { endpointId } = dead;
  const work = {
    dueWebhooks: () => store.dueWebhooks({ limit: 100 }),
    claimWebhookDeliveries: () => store.claimWebhookDeliveries({ endpointId, limit: 4, leaseMs: 60_000 }),
    listWebhookDeliveries: () => store.listWebhookDeliveries({ tenant, endpointId, state: 'dead', limit: 10 }),
    purgeWebhooks: () => store.purgeWebhooks({ olderThanMs: 1_000_000_000, limit: 10 }),
  };
  for (const [name, each] of Object.entries(work)) expect([name, (await mostRead(each)) < 300]).toEqual([name, true]);
});
