import type { JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { purgeOld, resolveRetention } from '../../src/worker/purge-old.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { submitSome, tenant } from '../support/some-jobs.ts';
import { openSqlite } from '../support/sqlite-connection.ts';

async function open() {
  const db = openSqlite();
  onTestFinished(() => db.destroy());
  const clock = createManualClock();
  const store: JobStore = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true, clock });
  const cancelled = async (count: number) => {
    const jobs = (await submitSome(store, count)).map(({ job }) => job);
    for (const { id } of jobs) await store.cancel({ tenant, id });
    clock.advance(1_000);
    return jobs;
  };
  return { db, store, cancelled };
}

describe('removed jobs', () => {
  it('leave the highest position of their events behind, which never goes back', async () => {
    const { db, store, cancelled } = await open();
    const [first, second] = await cancelled(2);
    expect(await store.purgedPosition()).toBe(0);
    await db
      .updateTable('pubpipe_job_events')
      .set({ position: 70 })
      .where('job_id', '=', first?.id)
      .where('seq', '=', 2)
      .execute();
    await db
      .updateTable('pubpipe_job_events')
      .set({ position: 7 })
      .where('job_id', '=', second?.id)
      .where('seq', '=', 2)
      .execute();
    for (const jobId of [first?.id, second?.id]) {
      await store.eraseSome({ tenant, jobId }, { limit: 1 });
      expect(await store.purgedPosition()).toBe(70);
    }
  });

  it('are those of the states for which the sweeper has an age, all of them', async () => {
    const { store, cancelled } = await open();
    await cancelled(5);
    const { signal } = new AbortController();
    await purgeOld({ jobStore: store }, { retention: resolveRetention({ completed: 0, failed: 0 }), limit: 2 }, signal);
    expect((await store.countByStatus()).cancelled).toBe(5);
    await purgeOld({ jobStore: store }, { retention: resolveRetention({ cancelled: 500 }), limit: 2 }, signal);
    expect((await store.countByStatus()).cancelled).toBe(0);
    expect(() => resolveRetention({ failed: -1 })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});
