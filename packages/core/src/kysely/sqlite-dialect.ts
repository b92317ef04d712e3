import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/sqlite';
import type { Clock } from '../ports/clock.ts';
import { columnsOf, driverCode, type RowLock, type SqlDialect } from './sql-dialect.ts';

// A transaction that writes has the whole database to itself.
const asItIs: RowLock = (query) => query;

/** SQLite knows only its process's time: the clock is ours. */
export function sqliteDialect(clock: Clock): SqlDialect {
  return Object.freeze({
    name: 'sqlite',
    hasClock: false,
    now: () => sql<number>`${clock.now()}`,
    jsonArrayFrom,
    jsonRowsFrom: (query, columns) =>
      sql`(select json_group_array(json_array(${columnsOf('agg', columns)})) from ${query} as agg)`,
    lockRows: asItIs,
    lockFreeRows: asItIs,
    keepRows: asItIs,
    seizeRows: asItIs,
    seizeFreeRows: asItIs,
    combinesWrites: false,
    transaction: (db) => db.transaction(),
    nowText: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    textType: 'text',
    findTable: (name) => sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${name}`,
    beginMigration: () => ['BEGIN IMMEDIATE'],
    // The patience first: several processes that open a new file all want to change its journal.
    connectionSetup: [
      'PRAGMA busy_timeout = 5000',
      'PRAGMA journal_mode = WAL',
      'PRAGMA synchronous = FULL',
      'PRAGMA foreign_keys = ON',
    ],
    // Another process held the write lock for longer than the busy timeout.
    isTransient: (error) => driverCode(error).startsWith('SQLITE_BUSY'),
    isMissingValue: (error) => driverCode(error) === 'SQLITE_CONSTRAINT_NOTNULL',
  } satisfies SqlDialect);
}
