import type { DatabaseKind } from '@pubpipe/core/kysely';
import type { Kysely, Logger } from 'kysely';
import { openPostgres } from './postgres-connection.ts';
import { openSqlite } from './sqlite-connection.ts';

/** Kysely on the database of a URL of PostgreSQL, or on a SQLite file. */
export function openDatabase(
  location: string | undefined,
  config: { readonly log?: Logger } = {},
): {
  // biome-ignore lint/suspicious/noExplicitAny: each test has tables of its own.
  readonly db: Kysely<any>;
  readonly dialect: DatabaseKind;
} {
  return location?.startsWith('postgres') === true
    ? { db: openPostgres(location, config), dialect: 'postgres' }
    : { db: openSqlite(location, config), dialect: 'sqlite' };
}
