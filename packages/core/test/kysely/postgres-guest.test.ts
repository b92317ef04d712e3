import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Pool, types as postgresTypes } from 'pg';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import { openPostgres } from '../support/postgres-connection.ts';
import { jobOn, submitSome, tenant, upload } from '../support/some-jobs.ts';

async function newDatabaseUrl() {
  const database = await openTestDatabase();
  return { url: database.url, [Symbol.asyncDispose]: () => database.drop() };
}

/** What a host has of its own: a table that is called like one of ours, and a migrator that has made it. */
const hostMigrations: Record<string, Migration> = {
  '001_jobs': {
    async up(db) {
      await db.schema.createTable('jobs').addColumn('job_id', 'text').addColumn('job_title', 'text').execute();
    },
  },
};
const migratorOf = (db: Kysely<unknown>) =>
  new Migrator({ db, provider: { getMigrations: () => Promise.resolve(hostMigrations) } });

describe("in the host's PostgreSQL database", () => {
  it("works beside the host's own jobs table, its migrator and CamelCasePlugin, in one transaction with them", async () => {
    await using database = await newDatabaseUrl();
    await using db = openPostgres(database.url, { plugins: [new CamelCasePlugin()] });
    expect((await migratorOf(db).migrateToLatest()).error).toBeUndefined();
    const store = await openKyselyJobStore({
      db,
      dialect: 'postgres',
      tablePrefix: '',
      schema: 'printing',
      migrate: true,
    });
    const request = jobOn(await upload(store), { payload: { snake_case: 1, camelCase: 2 }, labels: { order_no: '1' } });

    const { job } = await db.transaction().execute(async (transaction) => {
      const submitted = await store.submit(request, { transaction });
      await transaction.insertInto('jobs').values({ jobId: submitted.job.id, jobTitle: 'Printer' }).execute();
      return submitted;
    });

    expect(await store.get({ tenant, id: job.id })).toEqual(job);
    expect(job).toMatchObject({ payload: request.payload, labels: request.labels, assets: [{ name: 'a.png' }] });
    expect(await db.selectFrom('jobs').selectAll().execute()).toEqual([{ jobId: job.id, jobTitle: 'Printer' }]);
    // Each finds its own history only.
    expect(await migratorOf(db).migrateToLatest()).toMatchObject({ results: [] });
    await openKyselyJobStore({ db, dialect: 'postgres', tablePrefix: '', schema: 'printing' });
  });

  it.each([
    ['text', (value: string) => value],
    ['BigInt', (value: string) => BigInt(value)],
    ['a number', Number],
  ])('does not depend on how the host reads integers and JSON: as %s', async (_, parseInteger) => {
    await using database = await newDatabaseUrl();
    const integers: ReadonlySet<number> = new Set([postgresTypes.builtins.INT8, postgresTypes.builtins.INT4]);
    const json: ReadonlySet<number> = new Set([postgresTypes.builtins.JSON, postgresTypes.builtins.JSONB]);
    const types = {
      getTypeParser: ((oid: Parameters<typeof postgresTypes.getTypeParser>[0], format: 'text') => {
        if (integers.has(oid)) return parseInteger;
        return json.has(oid) ? String : postgresTypes.getTypeParser(oid, format);
      }) as typeof postgresTypes.getTypeParser,
    };
    await using strange = openPostgres(database.url, { types });
    await using plain = openPostgres(database.url);
    const store = await openKyselyJobStore({ db: strange, dialect: 'postgres', migrate: true });
    const usual = await openKyselyJobStore({ db: plain, dialect: 'postgres' });

    const payloads = ['text', 7, null, { deep: [1, 'a', { b: null }] }, [], 'null', '{"a":1}', 'a\u0000b'];
    for (const payload of payloads) {
      const { job, delivery } = await store.submit(jobOn(await upload(store), { payload, priority: 3 }));
      expect(await store.undispatched({ limit: 10 })).toEqual([delivery]);
      const claimed = await store.claim({ jobId: job.id, owner: 'worker', leaseMs: 60_000 });
      expect(claimed?.claim).toEqual({ tenant, jobId: job.id, attempt: 1 });
      expect(claimed?.job).toMatchObject({ payload, priority: 3, attempt: 1 });
      await store.fail(
        { tenant, jobId: job.id, attempt: 1 },
        {
          code: 'RENDER_FAILED',
          message: 'last words\0',
          details: { log: 'a\0b' },
          crashed: false,
        },
      );
      expect(await usual.get({ tenant, id: job.id })).toEqual(await store.get({ tenant, id: job.id }));
      expect(await usual.events({ tenant, id: job.id })).toEqual(await store.events({ tenant, id: job.id }));
    }
    expect(await store.list({ tenant })).toEqual(await usual.list({ tenant }));
    expect(await store.countByStatus()).toEqual({ queued: 0, running: 0, completed: 0, failed: 8, cancelled: 0 });
  });

  it('needs no rights but those on its own tables once it is migrated', async () => {
    await using database = await newDatabaseUrl();
    await using owner = openPostgres(database.url);
    await openKyselyJobStore({ db: owner, dialect: 'postgres', schema: 'printing', migrate: true });
    const role = `pubpipe_test_${crypto.randomUUID().slice(0, 8)}`;
    await sql`CREATE ROLE ${sql.id(role)}`.execute(owner);
    await sql`GRANT USAGE ON SCHEMA printing TO ${sql.id(role)}`.execute(owner);
    await sql`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA printing TO ${sql.id(role)}`.execute(owner);
    const limited = openPostgres(database.url, { options: `-c role=${role}` });
    // Also where it asks for migrations that are done already.
    const store = await openKyselyJobStore({ db: limited, dialect: 'postgres', schema: 'printing', migrate: false });
    expect(await submitSome(store, 1)).toMatchObject([{ created: true }]);
    await limited.destroy();
    await sql`DROP OWNED BY ${sql.id(role)}`.execute(owner);
    await sql`DROP ROLE ${sql.id(role)}`.execute(owner);
  });

  it('keeps what a statement of the host does from being seen half: a conflict of snapshots is told to the host', async () => {
    await using database = await newDatabaseUrl();
    await using db = openPostgres(database.url);
    const store = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
    const request = jobOn(await upload(store), { idempotencyKey: 'order-17' });
    const submitInSnapshot = (meanwhile: () => Promise<unknown>) =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (transaction) => {
          await sql`SELECT 1`.execute(transaction);
          await meanwhile();
          return await store.submit(request, { transaction });
        });
    const first: Promise<unknown>[] = [];
    const conflict = submitInSnapshot(async () => {
      first.push(store.submit(request));
      await Promise.all(first);
    });
    await expect(conflict).rejects.toMatchObject({ code: 'JOB_STORE_UNAVAILABLE', cause: { code: '40001' } });
    // The host runs its transaction again, as it must under this isolation.
    expect(await submitInSnapshot(async () => undefined)).toMatchObject({ created: false });
    expect((await store.list({ tenant })).jobs).toHaveLength(1);
  });

  it('lets the host go on after an error of the database', async () => {
    await using database = await newDatabaseUrl();
    await using db = new Kysely<{ orders: { id: string } }>({
      dialect: new PostgresDialect({ pool: new Pool({ connectionString: database.url }) }),
    });
    const store = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
    await sql`CREATE TABLE orders (id text)`.execute(db);
    const request = jobOn(await upload(store), { tenant: 'a\0b' });
    await db.transaction().execute(async (transaction) => {
      await expect(store.submit(request, { transaction })).rejects.toMatchObject({ code: 'JOB_STORE_UNAVAILABLE' });
      await transaction.insertInto('orders').values({ id: '1' }).execute();
    });
    expect(await db.selectFrom('orders').selectAll().execute()).toEqual([{ id: '1' }]);
    expect((await store.list({ tenant })).jobs).toEqual([]);
  });
});
