import { PubpipeError } from '@pubpipe/core';
import SQLite from 'better-sqlite3';

/** Runs statements, and turns what SQLite says into the codes of the port. The original error is the `cause`. */
export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof SQLite.SqliteError)) throw cause;
    const details = { sqlite: cause.code };
    if (cause.code === 'SQLITE_FULL') throw new PubpipeError('STORE_FULL', 'The disk is full.', { cause, details });
    throw new PubpipeError('STORE_UNAVAILABLE', `SQLite refuses: ${cause.code}.`, { cause, details });
  }
}
