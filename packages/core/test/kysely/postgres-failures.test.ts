import type { JobStore } from '@pubpipe/core';
import { migrateJobStore, openKyselyJobStore } from '@pubpipe/core/kysely';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type PostgresServer, startPostgresServer } from '../../../../test/kit/postgres-server.ts';
import { openPostgres } from '../support/postgres-connection.ts';
import { jobOn, submitSome, tenant, upload } from '../support/some-jobs.ts';

describe('when PostgreSQL ends as in a crash', () => {
  let server: PostgresServer;
  let db: ReturnType<typeof openPostgres>;
  let store: JobStore;
  beforeAll(async () => {
    server = await startPostgresServer();
    db = openPostgres(server.url, { connectionTimeoutMillis: 5_000 });
    store = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
  });
  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  it('a migration that loses its connection says so', async () => {
    await using other = openPostgres(server.url);
    await using busy = openPostgres(server.url);
    await busy.connection().execute(async (connection) => {
      // As a process that migrates at the same time holds it.
      await sql`SELECT pg_advisory_lock(hashtextextended('pubpipe migrations pubpipe_', 0))`.execute(connection);
      const migrating = Promise.allSettled([migrateJobStore({ db: other, dialect: 'postgres' })]);
      await vi.waitFor(async () => {
        const { rows } = await sql`SELECT pg_terminate_backend(pid) FROM pg_locks
          WHERE locktype = 'advisory' AND NOT granted`.execute(connection);
        expect(rows).toHaveLength(1);
      }, 20_000);
      const reason = { code: 'JOB_STORE_UNAVAILABLE', cause: { code: '57P01' } };
      expect(await migrating).toMatchObject([{ status: 'rejected', reason }]);
    });
  });

  it('everything is JOB_STORE_UNAVAILABLE, and what was answered is there when it is back', async () => {
    const [submitted] = await submitSome(store, 1);
    const id = { tenant, id: submitted?.job.id ?? '' };
    await server.crash();
    for (const work of [
      () => store.get(id),
      () => store.list({ tenant }),
      () => store.submit(jobOn(id.id)),
      () => store.claim({ jobId: id.id, owner: 'worker', leaseMs: 1 }),
      () => store.undispatched({ limit: 1 }),
      () => store.sweep({ limit: 1, maxClaims: 1, abandonedAfterMs: 1, keepDeletedMs: 1 }),
      () => openKyselyJobStore({ db, dialect: 'postgres', migrate: true }),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: 'JOB_STORE_UNAVAILABLE' });
    }
    await server.start();
    expect(await store.get(id)).toEqual(submitted?.job);
  });

  it('in the middle of many submits, each that was answered is there, and none is half there', async () => {
    const artifactId = await upload(store);
    const answered: string[] = [];
    const unknown: unknown[] = [];
    const submitters = Array.from({ length: 6 }, async () => {
      for (;;) {
        try {
          answered.push((await store.submit(jobOn(artifactId))).job.id);
        } catch (error) {
          unknown.push(error);
          return;
        }
      }
    });
    await vi.waitFor(() => expect(answered.length).toBeGreaterThan(30), { timeout: 30_000 });
    await server.crash();
    await Promise.all(submitters);
    expect(unknown).toHaveLength(6);
    for (const error of unknown) expect(error).toMatchObject({ code: 'JOB_STORE_UNAVAILABLE' });
    await server.start();
    for (const id of answered) {
      expect(await store.get({ tenant, id })).toMatchObject({ status: 'queued', assets: [{ name: 'a.png' }] });
      expect(await store.events({ tenant, id })).toMatchObject([{ seq: 1, type: 'queued' }]);
    }
    // Of those without an answer each may be there or not.
    const { queued } = await store.countByStatus();
    expect(queued - answered.length - 1).toBeGreaterThanOrEqual(0);
    expect(queued - answered.length - 1).toBeLessThanOrEqual(6);
  });
});
