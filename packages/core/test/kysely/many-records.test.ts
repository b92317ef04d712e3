import type { JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { type CompiledQuery, type Kysely, type LogEvent, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import type { TestDatabase } from '../../../../test/kit/test-database.ts';
import { mergeOfMany } from '../support/merge-of-many.ts';
import { openPostgres } from '../support/postgres-connection.ts';
import { rowsRead } from '../support/rows-read.ts';
import { tenant } from '../support/some-jobs.ts';

const count = 30_000;
const limit = 50;

describe('with a merge of 30,000 records on PostgreSQL', () => {
  const log: CompiledQuery[] = [];
  let database: TestDatabase;
  // biome-ignore lint/suspicious/noExplicitAny: see openPostgres.
  let db: Kysely<any>;
  let store: JobStore;
  let id: string;
  beforeAll(async () => {
    database = await openTestDatabase();
    db = openPostgres(database.url, { log: (event: LogEvent) => void log.push(event.query) });
    store = (await openKyselyJobStore({ db, dialect: 'postgres', migrate: true })) as JobStore;
    id = (await mergeOfMany(store, db, { count })).jobId;
    await sql`ANALYZE`.execute(db);
  });
  afterAll(async () => {
    await db?.destroy();
    await database?.drop();
  });

  async function costOf(work: () => Promise<unknown>): Promise<{ readonly statements: number; readonly rows: number }> {
    log.length = 0;
    await work();
    const statements = [...log];
    let rows = 0;
    for (const statement of statements) rows += await rowsRead(db, statement);
    return { statements: statements.length, rows };
  }

  it('get and list are one statement each, and read none of its records', async () => {
    const cases = [() => store.get({ tenant, id }), () => store.list({ tenant })];
    for (const work of cases) {
      const { statements, rows } = await costOf(work);
      expect(statements).toBe(1);
      // The job, its document and its one asset, each as often as the plan hands them on.
      expect(rows).toBeLessThan(20);
    }
  });

  it.each([undefined, 'failed' as const])(
    'a page of records (%s) is one statement, as cheap at the end as at the beginning',
    async (status) => {
      const cursorOf = (record: number) => Buffer.from(String(record)).toString('base64url');
      for (const after of [1, count / 2, count - 200]) {
        let read = 0;
        const { statements, rows } = await costOf(async () => {
          const page = await store.records({ tenant, id }, { status, limit, cursor: cursorOf(after) });
          read = page.records.length;
          expect(page.records.every(({ first, files }) => first > after && files.length === 1)).toBe(true);
        });
        expect([statements, read]).toEqual([1, limit]);
        // Each record and its file, as often as the plan hands them on.
        expect(rows).toBeLessThan(limit * 15);
      }
    },
  );
});
