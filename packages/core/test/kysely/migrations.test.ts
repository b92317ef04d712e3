import {
  checkSchema,
  type DatabaseKind,
  migrateJobStore,
  migrationSql,
  migrations,
  openKyselyJobStore,
} from '@pubpipe/core/kysely';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { describeSchema, newDatabase } from '../support/new-database.ts';
import { submitSome } from '../support/some-jobs.ts';

const names = migrations.map(({ name }) => name);

describe.each<{ dialect: DatabaseKind; schema?: string }>([
  { dialect: 'sqlite' },
  { dialect: 'postgres' },
  { dialect: 'postgres', schema: 'user' },
])('migrations on $dialect, schema $schema', ({ dialect, schema }) => {
  const history = schema === undefined ? 'pubpipe_migrations' : `${schema}.pubpipe_migrations`;
  async function open() {
    const database = await newDatabase(dialect);
    const options = { db: database.db, dialect, schema };
    return {
      ...database,
      options,
      schema: () => describeSchema(database.db, dialect),
    };
  }

  it('bring the schema up to date, and change nothing when it is', async () => {
    await using database = await open();
    expect(await migrateJobStore(database.options)).toEqual(names);
    const before = await database.schema();
    expect(before).not.toEqual([]);
    expect(await migrateJobStore(database.options)).toEqual([]);
    expect(await database.schema()).toEqual(before);
    await checkSchema(database.options);
  });

  it('run only when they are asked for', async () => {
    await using database = await open();
    await expect(openKyselyJobStore(database.options)).rejects.toMatchObject({ code: 'SCHEMA_OUTDATED' });
    await expect(checkSchema(database.options)).rejects.toMatchObject({ code: 'SCHEMA_OUTDATED' });
    expect(await database.schema()).toEqual([]);
    await openKyselyJobStore({ ...database.options, migrate: true });
    await openKyselyJobStore(database.options);
  });

  it('are asked for when one is missing, by name', async () => {
    await using database = await open();
    await migrateJobStore(database.options);
    await sql`DELETE FROM ${sql.table(history)}`.execute(database.db);
    await expect(openKyselyJobStore(database.options)).rejects.toMatchObject({
      code: 'SCHEMA_OUTDATED',
      details: { missing: names },
    });
  });

  it('refuse a database that a newer version has migrated, and leave it as it is', async () => {
    await using database = await open();
    await migrateJobStore(database.options);
    await sql`INSERT INTO ${sql.table(history)} VALUES ('9999_from_the_future', 0)`.execute(database.db);
    const before = await database.schema();
    for (const work of [
      () => migrateJobStore(database.options),
      () => checkSchema(database.options),
      () => openKyselyJobStore({ ...database.options, migrate: true }),
    ]) {
      const details = { unknown: ['9999_from_the_future'] };
      await expect(work()).rejects.toMatchObject({ code: 'SCHEMA_OUTDATED', details });
    }
    expect(await database.schema()).toEqual(before);
  });

  it('leave nothing behind when one fails', async () => {
    await using database = await open();
    if (schema !== undefined) await sql`CREATE SCHEMA ${sql.id(schema)}`.execute(database.db);
    await sql`CREATE TABLE ${sql.table(history.replace('migrations', 'job_events'))} (mine text)`.execute(database.db);
    const before = await database.schema();
    await expect(migrateJobStore(database.options)).rejects.toMatchObject({ code: 'JOB_STORE_UNAVAILABLE' });
    expect(await database.schema()).toEqual(before);
  });

  it('can be exported as SQL, which makes the same schema', async () => {
    await using migrated = await open();
    await using scripted = await open();
    await migrateJobStore(migrated.options);
    await runScript(scripted.options.db, migrationSql({ dialect, schema }));
    expect(await scripted.schema()).toEqual(await migrated.schema());
    expect(await migrateJobStore(scripted.options)).toEqual([]);
    const store = await openKyselyJobStore(scripted.options);
    expect(await submitSome(store, 1)).toMatchObject([{ created: true }]);
  });

  it('can be exported from a migration on; a name that is none is refused', () => {
    const rest = migrationSql({ dialect, schema, after: names.at(-1) });
    expect(rest).toContain('COMMIT');
    expect(rest).not.toContain('INSERT INTO');
    expect(() => migrationSql({ dialect, schema, after: 'x' })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });

  it('refuse a prefix and a schema that are none', async () => {
    await using database = await open();
    for (const wrong of [{ tablePrefix: 'X' }, { tablePrefix: 'x"' }, { schema: 'a"b' }, { schema: '' }]) {
      const options = { ...database.options, ...wrong };
      for (const work of [migrateJobStore, checkSchema, openKyselyJobStore]) {
        await expect(work(options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
    }
    expect(await database.schema()).toEqual([]);
  });
});

/** As a database's own shell would, statement after statement on one connection. */
async function runScript(db: Parameters<typeof describeSchema>[0], script: string): Promise<void> {
  await db.connection().execute(async (connection) => {
    for (const statement of script.split(/;\n/)) {
      if (statement !== '') await sql.raw(statement).execute(connection);
    }
  });
}
