import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { columnsOf, driverCode, type SqlDialect } from './sql-dialect.ts';

/**
 * After these the whole transaction may be run again: serialization_failure, deadlock_detected and
 * lock_not_available (PostgreSQL's documentation, appendix A).
 */
const transientCodes: ReadonlySet<string> = new Set(['40001', '40P01', '55P03']);

// The time of the transaction would be too early after a wait for a lock; clock_timestamp() can't use an index.
const nowText = 'floor(extract(epoch from statement_timestamp()) * 1000)::bigint';

/** The database's clock decides, whatever the clocks of its clients. */
export function postgresDialect(): SqlDialect {
  return Object.freeze({
    name: 'postgres',
    hasClock: true,
    now: () => sql.raw<number>(nowText),
    nowText,
    jsonArrayFrom: ((query) => jsonArrayFrom(query)) as SqlDialect['jsonArrayFrom'],
    // Of text, since json_build_array looks up the type of each value of each row, which takes longer.
    jsonRowsFrom: (query, columns) =>
      sql`(select coalesce(json_agg(array[${columnsOf('agg', columns, 'text')}]), '[]') from ${query} as agg)`,
    lockRows: (query) => query.forNoKeyUpdate(),
    lockFreeRows: (query) => query.forNoKeyUpdate().skipLocked(),
    keepRows: (query) => query.forKeyShare(),
    seizeRows: (query) => query.forUpdate(),
    seizeFreeRows: (query) => query.forUpdate().skipLocked(),
    combinesWrites: true,
    transaction: (db) => db.transaction().setIsolationLevel('read committed'),
    textType: 'text COLLATE "C"',
    findTable: (name) => sql`SELECT 1 WHERE to_regclass(${name}) IS NOT NULL`,
    beginMigration: (name) => [
      'BEGIN',
      "SET LOCAL lock_timeout = '60s'",
      `SELECT pg_advisory_xact_lock(hashtextextended('pubpipe migrations ${name}', 0))`,
    ],
    connectionSetup: [],
    isTransient: (error) => transientCodes.has(driverCode(error)),
    isMissingValue: (error) => driverCode(error) === '23502',
  } satisfies SqlDialect);
}
