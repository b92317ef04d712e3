import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { CamelCasePlugin, type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { describe, expect, it } from 'vitest';
import { jobOn, submitSome, tenant, upload } from '../support/some-jobs.ts';
import { openSqlite } from '../support/sqlite-connection.ts';

describe("in the host's database", () => {
  it.each(['', 'x_', 'pubpipe_'])('all tables and indexes have the prefix "%s"', async (tablePrefix) => {
    await using db = openSqlite();
    const store = await openKyselyJobStore({ db, dialect: 'sqlite', tablePrefix, migrate: true });
    const [submitted] = await submitSome(store, 1);
    const claimed = await store.claim({ jobId: submitted?.job.id ?? '', owner: 'worker', leaseMs: 1_000 });
    if (claimed === undefined) throw new Error('The job could not be claimed.');
    await store.complete(claimed.claim, { outputs: [], summary: {} });
    expect((await store.list({ tenant })).jobs).toHaveLength(1);
    await store.sweep({ limit: 10, maxClaims: 20, abandonedAfterMs: 1, keepDeletedMs: 1 });
    const { rows } = await sql<{ name: string }>`
      SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'`.execute(db);
    const ours = rows.map(({ name }) => name);
    expect(ours.filter((name) => !name.startsWith(tablePrefix))).toEqual([]);
    expect(ours).toContain(`${tablePrefix}jobs`);
  });

  it("works beside the host's own tables of the same names, and beside another job store", async () => {
    await using db = openSqlite();
    for (const table of ['jobs', 'artifacts', 'job_artifacts', 'job_events', 'migrations']) {
      await sql`CREATE TABLE ${sql.table(table)} (mine text)`.execute(db);
    }
    const first = await openKyselyJobStore({ db, dialect: 'sqlite', tablePrefix: 'x_', migrate: true });
    const second = await openKyselyJobStore({ db, dialect: 'sqlite', tablePrefix: 'y_', migrate: true });
    await submitSome(first, 2);
    await submitSome(second, 1);
    expect((await first.countByStatus()).queued).toBe(2);
    expect((await second.countByStatus()).queued).toBe(1);
    expect((await sql`SELECT * FROM jobs`.execute(db)).rows).toEqual([]);
  });

  it("works beside the host's own migrator, each finding its own history only", async () => {
    await using db = openSqlite(':memory:', { plugins: [new CamelCasePlugin()] });
    const hostMigrations: Record<string, Migration> = {
      '001_jobs': {
        up: (host: Kysely<never>) => host.schema.createTable('jobs').addColumn('jobTitle', 'text').execute(),
      },
    };
    const provider = { getMigrations: () => Promise.resolve(hostMigrations) };
    const migrateHost = () => new Migrator({ db, provider }).migrateToLatest();
    expect(await migrateHost()).toMatchObject({ results: [{ migrationName: '001_jobs', status: 'Success' }] });

    const store = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });

    await submitSome(store, 2);
    expect((await store.list({ tenant })).jobs).toHaveLength(2);
    expect(await db.selectFrom('jobs').selectAll().execute()).toEqual([]);
    expect(await migrateHost()).toMatchObject({ results: [] });
    await openKyselyJobStore({ db, dialect: 'sqlite' });
  });

  it("does not depend on the host's plugins, also not in the host's transaction", async () => {
    await using db = openSqlite(':memory:', { plugins: [new CamelCasePlugin()] });
    const store = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });
    const request = jobOn(await upload(store), { payload: { snake_case: 1, camelCase: 2 }, labels: { order_no: '1' } });
    await sql`CREATE TABLE orders (order_id text, job_id text)`.execute(db);
    const { job } = await db.transaction().execute(async (transaction) => {
      const submitted = await store.submit(request, { transaction });
      await transaction.insertInto('orders').values({ orderId: 'order-1', jobId: submitted.job.id }).execute();
      return submitted;
    });
    expect(await store.get({ tenant, id: job.id })).toEqual(job);
    expect(job).toMatchObject({ payload: request.payload, labels: request.labels, assets: [{ name: 'a.png' }] });
    expect(await db.selectFrom('orders').selectAll().execute()).toEqual([{ orderId: 'order-1', jobId: job.id }]);
  });

  it('says JOB_STORE_UNAVAILABLE when the database is closed', async () => {
    const db = openSqlite();
    const store = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });
    const [submitted] = await submitSome(store, 1);
    const id = { tenant, id: submitted?.job.id ?? '' };
    await db.destroy();
    const claim = { tenant, jobId: id.id, attempt: 1 };
    for (const work of [
      store.get(id),
      store.list({ tenant }),
      store.events(id),
      store.countByStatus(),
      store.getArtifact(id),
      store.beginArtifact({ tenant, kind: 'upload', fileName: 'a.sla', mediaType: 'text/xml' }),
      store.submit(jobOn(id.id)),
      store.claim({ jobId: id.id, owner: 'worker', leaseMs: 1 }),
      store.heartbeat(claim, { leaseMs: 1 }),
      store.complete(claim, { outputs: [], summary: {} }),
      store.release(claim, { maxClaims: 20 }),
      store.cancel(id),
      store.retry(id),
      store.undispatched({ limit: 1 }),
      store.unclaimed({ limit: 1, olderThanMs: 1 }),
      store.markDispatched({ jobId: id.id, dispatch: 1, priority: 0 }),
      store.redispatch({ jobId: id.id, dispatch: 1, priority: 0 }),
      store.sweep({ limit: 1, maxClaims: 1, abandonedAfterMs: 1, keepDeletedMs: 1 }),
      openKyselyJobStore({ db, dialect: 'sqlite' }),
      openKyselyJobStore({ db, dialect: 'sqlite', migrate: true }),
    ]) {
      await expect(work).rejects.toMatchObject({ code: 'JOB_STORE_UNAVAILABLE' });
    }
  });
});
