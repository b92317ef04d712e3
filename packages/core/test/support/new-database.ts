import type { DatabaseKind } from '@pubpipe/core/kysely';
import { type Kysely, type Logger, sql } from 'kysely';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import { openDatabase } from './any-database.ts';
import { makeDatabaseDirectory } from './sqlite.ts';

/** An empty database, which `await using` closes and removes. */
export async function newDatabase(kind: DatabaseKind, config: { readonly log?: Logger } = {}) {
  const made = kind === 'postgres' ? await madeOnPostgres() : await madeOnFile();
  const opened = openDatabase(made.location, config);
  return {
    ...opened,
    location: made.location,
    async [Symbol.asyncDispose]() {
      await opened.db.destroy();
      await made.remove();
    },
  };
}

async function madeOnPostgres() {
  const database = await openTestDatabase();
  return { location: database.url, remove: () => database.drop() };
}

async function madeOnFile() {
  const directory = await makeDatabaseDirectory();
  return { location: directory.file, remove: () => directory[Symbol.asyncDispose]() };
}

/** All tables, columns and indexes of a database, to compare it with itself. */
export async function describeSchema(db: Kysely<unknown>, kind: DatabaseKind): Promise<readonly unknown[]> {
  if (kind === 'sqlite') return (await sql`SELECT name, sql FROM sqlite_master ORDER BY name`.execute(db)).rows;
  const tables = await sql`
    SELECT table_schema, table_name, column_name, data_type, collation_name, is_nullable FROM information_schema.columns
    WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, 3`.execute(db);
  const indexes = await sql`SELECT schemaname, indexdef FROM pg_indexes
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`.execute(db);
  return [...tables.rows, ...indexes.rows];
}
