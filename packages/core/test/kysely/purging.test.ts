import type { JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { purgeOld, resolveRetention } from '../../src/worker/purge-old.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { mergeOfMany } from '../support/merge-of-many.ts';
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
  return { store, db, clock, cancelled };
}

describe('removed jobs', () => {
  it('leave between two calls when the worker closes, and the next purge goes on', async () => {
    const { store, db, clock } = await open();
    const { jobId } = await mergeOfMany(store, db, { count: 2_500 });
    await store.cancel({ tenant, id: jobId });
    clock.advance(1_000);
    const closing = new AbortController();
    const closedAtFirst: Pick<JobStore, 'purge'> = {
      async purge(options) {
        closing.abort();
        return await store.purge(options);
      },
    };
    const settings = { retention: resolveRetention({ cancelled: 500 }), limit: 500 };
    await purgeOld({ jobStore: closedAtFirst as JobStore }, settings, closing.signal);
    expect((await store.records({ tenant, id: jobId }, { limit: 1 })).records[0]?.first).toBe(1_001);
    await purgeOld({ jobStore: store }, settings, new AbortController().signal);
    expect((await store.countByStatus()).cancelled).toBe(0);
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
