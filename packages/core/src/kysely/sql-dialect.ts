import { type Expression, type RawBuilder, sql } from 'kysely';
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/sqlite';
import type { Clock } from '../ports/clock.ts';

/** What differs between databases; everything else in this folder is portable SQL. */
export interface SqlDialect {
  readonly name: 'sqlite';
  /** The time by which leases, `run_at` and expiry are compared, in milliseconds since 1970. */
  now(): RawBuilder<number>;
  /** A JSON value as a parameter. */
  json(value: unknown): Expression<unknown>;
  /** Reads rows of a subquery as a JSON array of objects. */
  readonly jsonArrayFrom: typeof jsonArrayFrom;
  /** Reads the one row of a subquery as a JSON object. */
  readonly jsonObjectFrom: typeof jsonObjectFrom;
  /** The type of a JSON column. */
  readonly jsonType: string;
  /** Yields a row if there is a table of this name. */
  findTable(name: string): RawBuilder<unknown>;
  /** Statements for a connection that the store is given. */
  readonly connectionSetup: readonly string[];
  /** Whether a transaction that failed like this changed nothing and may be run again. */
  readonly isTransient: (error: unknown) => boolean;
}

/** SQLite knows only its process's time: the clock is ours. */
export function sqliteDialect(clock: Clock): SqlDialect {
  return Object.freeze({
    name: 'sqlite',
    now: () => sql<number>`${clock.now()}`,
    json: (value: unknown) => sql`${JSON.stringify(value)}`,
    jsonArrayFrom,
    jsonObjectFrom,
    jsonType: 'text',
    findTable: (name: string) => sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${name}`,
    connectionSetup: [
      'PRAGMA journal_mode = WAL',
      'PRAGMA synchronous = FULL',
      'PRAGMA foreign_keys = ON',
      'PRAGMA busy_timeout = 5000',
    ],
    // Another process held the write lock for longer than the busy timeout.
    isTransient: (error: unknown) =>
      error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'),
  });
}
