import type { JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type ChildProcess, startProcess } from '../support/child-process.ts';
import { newDatabase } from '../support/new-database.ts';
import { jobOn, submitSome, tenant, upload } from '../support/some-jobs.ts';

async function openStore(kind: 'sqlite' | 'postgres') {
  const database = await newDatabase(kind);
  const store = (await openKyselyJobStore({ ...database, migrate: true })) as JobStore;
  return { ...database, store };
}

// Each start of a process takes seconds on a busy machine, and here are many.
const patience = { timeout: 240_000 };

describe.each(['sqlite', 'postgres'] as const)('processes that are killed, on %s', patience, (kind) => {
  it('lose no event of a consumer, and the order is kept', async () => {
    await using database = await openStore(kind);
    const jobs = await submitSome(database.store, 30);
    for (const { job } of jobs) await database.store.cancel({ tenant, id: job.id });
    const { entries } = await database.store.readFeed({ scope: 'all-tenants', after: 0 });
    const all = entries.map(({ position }) => position);
    expect(all).toHaveLength(60);
    const handled: number[] = [];
    const isDone = () => handled.at(-1) === all.at(-1);
    const living = new Set<ChildProcess>();
    let kills = 0;
    // One is at work and one waits to take over: whoever has handled so many is killed in the middle of the next.
    const consumeAndDie = async (most: number): Promise<void> => {
      const consumer = await startProcess('consume-events', [database.location]);
      living.add(consumer);
      if (isDone()) return await consumer.kill();
      consumer.begin();
      let seen = 0;
      for await (const line of consumer.lines) {
        handled.push(Number(line));
        seen += 1;
        if (seen !== most && !isDone()) continue;
        kills += 1;
        await consumer.kill();
      }
    };
    const dieAgainAndAgain = async (most: number): Promise<void> => {
      while (!isDone()) await consumeAndDie(most);
    };
    const deaths = [dieAgainAndAgain(7), dieAgainAndAgain(13)];
    await Promise.race(deaths);
    // The one that waits would do so for ever.
    await Promise.all([...living].map((consumer) => consumer.kill()));
    await Promise.all(deaths);
    expect(kills).toBeGreaterThan(2);
    // What was handled and not written down comes again; nothing is left out or comes too early.
    expect([...new Set(handled)]).toEqual(all);
    expect(handled.length).toBeGreaterThanOrEqual(all.length);
  });

  it('leave an erasure that a second one completes', async () => {
    await using database = await openStore(kind);
    const { store, db, location } = database;
    const document = await upload(store, 'other');
    const theirs = await store.submit(jobOn(document, { tenant: 'other', assets: [] }));
    for (let index = 0; index < 220; index += 1) {
      const { job } = await store.submit(jobOn(await upload(store), { assets: [], idempotencyKey: `key ${index}` }));
      if (index % 3 === 0) await store.claim({ jobId: job.id, owner: 'worker', leaseMs: 60_000 });
    }
    for (const lines of [1, 3, 4, 7]) {
      const eraser = await startProcess('erase-tenant', [location, tenant]);
      eraser.begin();
      let seen = 0;
      for await (const _ of eraser.lines) {
        seen += 1;
        if (seen === lines) await eraser.kill();
      }
      expect(seen).toBeGreaterThanOrEqual(lines);
      // Whole jobs or none: what is left of it can be read.
      const { jobs } = await store.list({ tenant, limit: 1_000 });
      for (const { id } of jobs.slice(0, 5)) expect((await store.events({ tenant, id })).length).toBeGreaterThan(0);
    }
    const left = (await store.list({ tenant, limit: 1_000 })).jobs.length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(220);
    const last = await startProcess('erase-tenant', [location, tenant]);
    last.begin();
    for await (const _ of last.lines);
    await last.ended();
    expect(await store.erasureReport({ tenant })).toMatchObject({
      jobs: 0,
      events: 0,
      artifacts: 0,
      contentsToDelete: 220,
    });
    const { rows } = await sql<Record<string, number | string>>`
      SELECT (SELECT count(*) FROM pubpipe_jobs WHERE tenant = ${tenant}) AS jobs,
        (SELECT count(*) FROM pubpipe_job_events WHERE tenant = ${tenant}) AS events,
        (SELECT count(*) FROM pubpipe_job_artifacts WHERE job_id NOT IN (SELECT id FROM pubpipe_jobs)) AS links,
        (SELECT count(*) FROM pubpipe_artifacts WHERE tenant = ${tenant} AND (file_name <> '' OR sha256 IS NOT NULL)) AS names
      `.execute(db);
    expect(Object.values(rows[0] ?? {}).map(Number)).toEqual([0, 0, 0, 0]);
    expect(await store.get({ tenant: 'other', id: theirs.job.id })).toMatchObject({ input: { state: 'ready' } });
    expect(await store.submit(jobOn(await upload(store), { idempotencyKey: 'key 0' }))).toMatchObject({
      created: true,
    });
  });
});
