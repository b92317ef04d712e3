import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import type { OpenedJobStore } from '@pubpipe/core/testing';
import { type Kysely, sql, type Transaction } from 'kysely';
import { createManualClock } from './manual-clock.ts';
import { openSqlite } from './sqlite-connection.ts';

/** A new directory for a database file, which `await using` removes. */
export async function makeDatabaseDirectory() {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-core-'));
  return {
    file: join(directory, 'jobs.sqlite'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** A job store in memory, which can have only one connection. */
export async function openInMemory(): Promise<OpenedJobStore<Transaction<unknown>>> {
  const clock = createManualClock();
  const db = openSqlite();
  return {
    store: await openStore(db, clock),
    inTransaction: (work) => db.transaction().execute(work),
    advanceTime: clock.advance,
    close: () => db.destroy(),
  };
}

/** A job store on a file, with a second one on the same file to look on. */
export async function openOnFile(): Promise<OpenedJobStore<Transaction<unknown>>> {
  const directory = await makeDatabaseDirectory();
  const clock = createManualClock();
  const [db, other] = [openSqlite(directory.file), openSqlite(directory.file)];
  const store = await openStore(db, clock);
  // What survives a loss of power is not what these tests ask, and waiting for the disk is all they would do.
  await sql`PRAGMA synchronous = OFF`.execute(db);
  return {
    store,
    onlooker: await openStore(other, clock),
    inTransaction: (work) => db.transaction().execute(work),
    advanceTime: clock.advance,
    async close() {
      await Promise.all([db.destroy(), other.destroy()]);
      await directory[Symbol.asyncDispose]();
    },
  };
}

const openStore = (db: Kysely<unknown>, clock: Clock) =>
  openKyselyJobStore({ db, dialect: 'sqlite', clock, migrate: true });
