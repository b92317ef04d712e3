import { checkSchema, migrateJobStore, migrations, openKyselyJobStore } from '@pubpipe/core/kysely';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../support/sqlite-connection.ts';

const dialect = 'sqlite';

describe('migrations', () => {
  // biome-ignore lint/suspicious/noExplicitAny: see openSqlite.
  let db: Kysely<any>;
  beforeEach(() => {
    db = openSqlite();
  });
  afterEach(() => db.destroy());

  const schema = async () => (await sql`SELECT name, sql FROM sqlite_master ORDER BY name`.execute(db)).rows;

  it('bring the schema up to date, and change nothing when it is', async () => {
    expect(await migrateJobStore({ db, dialect })).toEqual(migrations.map(({ name }) => name));
    const before = await schema();
    expect(await migrateJobStore({ db, dialect })).toEqual([]);
    expect(await schema()).toEqual(before);
    await checkSchema({ db, dialect });
  });

  it('run only when they are asked for', async () => {
    await expect(openKyselyJobStore({ db, dialect })).rejects.toMatchObject({ code: 'SCHEMA_OUTDATED' });
    await expect(checkSchema({ db, dialect })).rejects.toMatchObject({ code: 'SCHEMA_OUTDATED' });
    expect(await schema()).toEqual([]);
    await openKyselyJobStore({ db, dialect, migrate: true });
    await openKyselyJobStore({ db, dialect });
  });

  it('are asked for when one is missing, by name', async () => {
    await migrateJobStore({ db, dialect });
    await sql`DELETE FROM pubpipe_migrations`.execute(db);
    const opening = openKyselyJobStore({ db, dialect });
    await expect(opening).rejects.toMatchObject({
      code: 'SCHEMA_OUTDATED',
      details: { missing: migrations.map(({ name }) => name) },
    });
  });

  it('refuse a database that a newer version has migrated, and leave it as it is', async () => {
    await migrateJobStore({ db, dialect });
    await sql`INSERT INTO pubpipe_migrations VALUES ('9999_from_the_future', 0)`.execute(db);
    const before = await schema();
    for (const work of [
      migrateJobStore({ db, dialect }),
      checkSchema({ db, dialect }),
      openKyselyJobStore({ db, dialect, migrate: true }),
    ]) {
      const details = { unknown: ['9999_from_the_future'] };
      await expect(work).rejects.toMatchObject({ code: 'SCHEMA_OUTDATED', details });
    }
    expect(await schema()).toEqual(before);
  });

  it('leave nothing behind when one fails', async () => {
    await sql`CREATE TABLE pubpipe_job_events (mine text)`.execute(db);
    const before = await schema();
    await expect(migrateJobStore({ db, dialect })).rejects.toMatchObject({ code: 'JOB_STORE_UNAVAILABLE' });
    expect(await schema()).toEqual(before);
  });

  it('refuse a prefix that is not one', async () => {
    for (const tablePrefix of ['X', 'x"']) {
      await expect(migrateJobStore({ db, dialect, tablePrefix })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      await expect(openKyselyJobStore({ db, dialect, tablePrefix })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });
});
