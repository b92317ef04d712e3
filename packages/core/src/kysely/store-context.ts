import { type Kysely, sql } from 'kysely';
import { inTime } from '../errors/in-time.ts';
import { PubpipeError, toPubpipeError } from '../errors/pubpipe-error.ts';
import { tryAgain } from '../job/try-again.ts';
import type { PubpipeDatabase } from './database.ts';
import type { MadeQueries } from './made-query.ts';
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
  readonly madeQueries: MadeQueries;
}

/**
 * Runs `work` in a transaction of its own. Its first statement must be its guarded write: SQLite then
 * takes the write lock at once, and never has to give up a read that it can't turn into a write.
 */
export async function inTransaction<T>(context: StoreContext, work: (trx: Connection) => Promise<T>): Promise<T> {
  return await singly(context, (db) => context.dialect.transaction(db).execute(work));
}

/** Runs `work`, which is one statement and so needs no transaction around it. */
export async function singly<T>({ db, dialect }: StoreContext, work: (db: Connection) => Promise<T>): Promise<T> {
  const attempt = () => work(db);
  return await translated(() => tryAgain(attempt, { tries: 4, baseDelayMs: 50, when: dialect.isTransient }));
}

/**
 * Runs our part of a caller's transaction. When it fails, the caller may go on as if it had never begun:
 * PostgreSQL would refuse any further statement, and what was written before the error would stay.
 */
export async function inSavepoint<T>(trx: Connection, work: (trx: Connection) => Promise<T>): Promise<T> {
  return await translated(async () => {
    await sql`SAVEPOINT pubpipe`.execute(trx);
    try {
      const result = await work(trx);
      await sql`RELEASE SAVEPOINT pubpipe`.execute(trx);
      return result;
    } catch (error) {
      // Where that fails too, the connection is gone and the transaction with it: the first error says why.
      await sql`ROLLBACK TO SAVEPOINT pubpipe`.execute(trx).catch(() => undefined);
      throw error;
    }
  });
}

/** How long a caller waits for the database, whatever the application's driver would. */
const patienceMs = 60_000;

/**
 * Runs reads, or a transaction, and converts the database's errors. A database that does not answer
 * within `timeoutMs` is one that can't be reached: what it does later is unknown.
 */
export async function translated<T>(work: () => Promise<T>, timeoutMs = patienceMs): Promise<T> {
  try {
    return await inTime(work(), timeoutMs);
  } catch (error) {
    throw toPubpipeError(error, 'JOB_STORE_UNAVAILABLE', 'The database did not do what the job store asked of it.');
  }
}

/** For rows that must be there because the same transaction has just written them. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new PubpipeError('INTERNAL', 'A row is missing that was written a moment ago.');
  return value;
}
