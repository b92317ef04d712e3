import { openKyselyJobStore } from '@pubpipe/core/kysely';
import type { OpenedJobStore } from '@pubpipe/core/testing';
import { type Kysely, sql, type Transaction } from 'kysely';
import { afterAll, beforeAll } from 'vitest';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import type { DatabaseTemplate, TestDatabase } from '../../../../test/kit/test-database.ts';
import { openPostgres, type PostgresConfig } from './postgres-connection.ts';

/** In this order of schemas the database's clock is the one below, which moves only by hand. */
const manualClock = '-c search_path=public,manual_clock,pg_catalog';

const withManualClock: DatabaseTemplate = {
  name: 'manual_clock',
  async prepare(url) {
    await using db = openPostgres(url);
    for (const statement of [
      'CREATE SCHEMA manual_clock',
      'CREATE TABLE manual_clock.now (at timestamptz NOT NULL)',
      "INSERT INTO manual_clock.now VALUES ('2026-01-01')",
      `CREATE FUNCTION manual_clock.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql
        AS 'SELECT at FROM manual_clock.now'`,
    ]) {
      await sql.raw(statement).execute(db);
    }
    await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
    await openKyselyJobStore({ db, dialect: 'postgres', schema: 'printing', tablePrefix: 'pp_', migrate: true });
  },
};

/** A database of this test file with an empty job store, by name of the tables, and a clock that moves only by hand. */
export function usePostgres(
  names: { readonly schema?: string; readonly tablePrefix?: string } = {},
  settings: PostgresConfig = {},
) {
  let database: TestDatabase | undefined;
  let pools: readonly Kysely<unknown>[] = [];
  beforeAll(async () => {
    database = await openTestDatabase(withManualClock);
    const { url } = database;
    const open = () => openPostgres(url, { ...settings, options: `${manualClock} ${settings.options ?? ''}` });
    pools = [open(), open()];
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.destroy()));
    await database?.drop();
  });

  return {
    url: () => database?.url ?? '',
    async open(): Promise<OpenedJobStore<Transaction<unknown>>> {
      const [db, other] = pools as [Kysely<unknown>, Kysely<unknown>];
      const openStore = (pool: Kysely<unknown>) => openKyselyJobStore({ db: pool, dialect: 'postgres', ...names });
      const elsewhere = await openStore(other);
      return {
        store: await openStore(db),
        onlooker: elsewhere,
        elsewhere,
        inTransaction: (work) => db.transaction().execute(work),
        advanceTime: async (ms) => {
          await sql`UPDATE manual_clock.now SET at = at + ${ms} * interval '1 millisecond'`.execute(other);
        },
        close: () => emptyTables(db),
      };
    },
  };
}

async function emptyTables(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
    WHERE schemaname IN ('public', 'printing') AND tablename NOT LIKE '%migrations'`.execute(db);
  await sql.raw(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`).execute(db);
}
