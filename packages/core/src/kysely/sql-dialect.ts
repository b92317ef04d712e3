import {
  type Expression,
  type Kysely,
  type RawBuilder,
  type SelectQueryBuilder,
  sql,
  type TransactionBuilder,
} from 'kysely';
import type { jsonArrayFrom } from 'kysely/helpers/sqlite';

/** What the application's database is. */
export type DatabaseKind = 'sqlite' | 'postgres';

/** Changes how the rows of a query are locked. */
export type RowLock = <DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
) => SelectQueryBuilder<DB, TB, O>;

/** What differs between databases; everything else in this folder is portable SQL. */
export interface SqlDialect {
  readonly name: DatabaseKind;
  /** The time by which leases, `run_at` and expiry are compared, in milliseconds since 1970: one for a statement. */
  now(): RawBuilder<number>;
  /** Whether `now()` asks the database. Otherwise it is the time at which a query was made. */
  readonly hasClock: boolean;
  /** Reads rows of a subquery as a JSON array of objects. */
  readonly jsonArrayFrom: typeof jsonArrayFrom;
  /** Reads the values of these columns of a subquery's rows as a JSON array of arrays. Numbers may be text. */
  jsonRowsFrom(query: Expression<unknown>, columns: readonly string[]): RawBuilder<unknown>;
  /** Locks the rows that a query of a transaction reads until its end, in the query's order. */
  readonly lockRows: RowLock;
  /** Locks rows of which others do as well as those: what somebody else has locked is passed over. */
  readonly lockFreeRows: RowLock;
  /**
   * Locks artifacts that a job is about to use. Several transactions may hold them at once, and end their expiry
   * meanwhile; but not while one holds them by the next.
   */
  readonly keepRows: RowLock;
  /** Locks artifacts that are about to be condemned: it waits for who is about to use them. */
  readonly seizeRows: RowLock;
  /** The same, for those of which others do as well. */
  readonly seizeFreeRows: RowLock;
  /** Whether one statement may change several tables. */
  readonly combinesWrites: boolean;
  /** A transaction in which each statement sees what was committed before it. */
  transaction<DB>(db: Kysely<DB>): TransactionBuilder<DB>;
  /** The same as SQL for a script. */
  readonly nowText: string;
  /** The type of a text column that is compared byte by byte. */
  readonly textType: string;
  /** Yields a row if there is a table of this name, which may be qualified by a schema. */
  findTable(name: string): RawBuilder<unknown>;
  /** Begins a transaction that only one process can be in: the one that migrates the tables under `name`. */
  beginMigration(name: string): readonly string[];
  /** Statements for a connection that the store is given. */
  readonly connectionSetup: readonly string[];
  /** Whether a transaction that failed like this changed nothing and may be run again. */
  readonly isTransient: (error: unknown) => boolean;
  /** Whether a row was refused because a column that must have a value had none. */
  readonly isMissingValue: (error: unknown) => boolean;
}

/** The `code` by which drivers name what went wrong. */
export function driverCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Names columns of a table, or of a subquery, one after the other, each as it is or as another type. */
export function columnsOf(table: string, columns: readonly string[], type?: 'text'): RawBuilder<unknown> {
  const cast = sql.raw(type === undefined ? '' : `::${type}`);
  return sql.join(columns.map((column) => sql`${sql.ref(`${table}.${column}`)}${cast}`));
}
