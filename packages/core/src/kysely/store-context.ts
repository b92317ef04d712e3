import type { Kysely } from 'kysely';
import { PubpipeError, toPubpipeError } from '../errors/pubpipe-error.ts';
import { tryAgain } from '../job/try-again.ts';
import type { PubpipeDatabase } from './database.ts';
import type { SqlDialect } from './sql-dialect.ts';
import type { InsertNames, TableNames } from './table-names.ts';

/** A connection pool or a transaction, without the host's plugins. */
export type Connection = Kysely<PubpipeDatabase>;

/** What every operation of the job store needs. */
export interface StoreContext {
  readonly db: Connection;
  readonly dialect: SqlDialect;
  /** For reading, updating and deleting. */
  readonly from: TableNames;
  /** For inserting. */
  readonly into: InsertNames;
}

/**
 * Runs `work` in a transaction of its own. Its first statement must be its guarded write: SQLite then
 * takes the write lock at once, and never has to give up a read that it can't turn into a write.
 */
export async function inTransaction<T>(context: StoreContext, work: (trx: Connection) => Promise<T>): Promise<T> {
  const attempt = () => context.db.transaction().execute(work);
  return await translated(() => tryAgain(attempt, { tries: 4, baseDelayMs: 50, when: context.dialect.isTransient }));
}

/** Runs reads, or the part of a caller's transaction that is ours, and converts the database's errors. */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toPubpipeError(error, 'JOB_STORE_UNAVAILABLE', 'The database did not do what the job store asked of it.');
  }
}

/** For rows that must be there because the same transaction has just written them. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new PubpipeError('INTERNAL', 'A row is missing that was written a moment ago.');
  return value;
}
