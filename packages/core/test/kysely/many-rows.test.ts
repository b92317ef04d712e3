import { createPipeline, type JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue, createMemoryArtifactStore } from '@pubpipe/core/memory';
import { type CompiledQuery, type Kysely, type LogEvent, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import type { TestDatabase } from '../../../../test/kit/test-database.ts';
import { purgeOld } from '../../src/worker/purge-old.ts';
import { openPostgres } from '../support/postgres-connection.ts';
import { rowsRead } from '../support/rows-read.ts';
import { jobOn, upload } from '../support/some-jobs.ts';

const count = 10_000;

describe('with 10,000 jobs of a tenant on PostgreSQL', () => {
  const log: CompiledQuery[] = [];
  let database: TestDatabase;
  // biome-ignore lint/suspicious/noExplicitAny: see openPostgres.
  let db: Kysely<any>;
  let store: JobStore;
  beforeAll(async () => {
    database = await openTestDatabase();
    // Whoever waits for a row for this long has met a lock that should not be there.
    db = openPostgres(database.url, {
      log: (event: LogEvent) => void log.push(event.query),
      options: '-c lock_timeout=15s',
    });
    store = (await openKyselyJobStore({ db, dialect: 'postgres', migrate: true })) as JobStore;
  });
  afterAll(async () => {
    await db?.destroy();
    await database?.drop();
  });

  /** A cancelled job of the tenant, and as many copies of it, each with a document, a link and events of its own. */
  async function manyJobsOf(tenant: string): Promise<void> {
    const artifact = await upload(store, tenant);
    const { job } = await store.submit(jobOn(artifact, { tenant }));
    await store.cancel({ tenant, id: job.id });
    const copies = sql`generate_series(1, ${sql.lit(count - 1)}) AS n`;
    const copied = (prefix: string) => sql`${sql.lit(`${tenant}-${prefix}-`)}::text || n`;
    await sql`INSERT INTO pubpipe_artifacts SELECT (jsonb_populate_record(a, jsonb_build_object(
      'id', ${copied('artifact')}, 'storage_key', ${copied('key')}))).* FROM pubpipe_artifacts a, ${copies} WHERE a.id = ${artifact}`.execute(
      db,
    );
    await sql`INSERT INTO pubpipe_jobs SELECT (jsonb_populate_record(j, jsonb_build_object(
      'id', ${copied('job')}, 'input_artifact_id', ${copied('artifact')}))).* FROM pubpipe_jobs j, ${copies} WHERE j.id = ${job.id}`.execute(
      db,
    );
    await sql`INSERT INTO pubpipe_job_artifacts SELECT (jsonb_populate_record(l, jsonb_build_object(
      'job_id', ${copied('job')}, 'artifact_id', ${copied('artifact')}))).* FROM pubpipe_job_artifacts l, ${copies} WHERE l.job_id = ${job.id}`.execute(
      db,
    );
    await sql`INSERT INTO pubpipe_job_events SELECT (jsonb_populate_record(e, jsonb_build_object(
      'job_id', ${copied('job')}))).* FROM pubpipe_job_events e, ${copies} WHERE e.job_id = ${job.id}`.execute(db);
    await sql`ANALYZE`.execute(db);
  }

  /** Jobs of another tenant go on from their submission to their end until `work` has ended; answers how many did. */
  async function livesBeside(work: Promise<unknown>): Promise<number> {
    const over = new AbortController();
    const ended = work.finally(() => over.abort());
    let lives = 0;
    for (; !over.signal.aborted; lives += 1) {
      const tenant = 'neighbour';
      const { job } = await store.submit(jobOn(await upload(store, tenant), { tenant }));
      const claimed = await store.claim({ jobId: job.id, owner: 'worker', leaseMs: 60_000 });
      if (claimed === undefined) throw new Error('The job could not be claimed.');
      await store.heartbeat(claimed.claim, { leaseMs: 60_000, progress: { stage: 'exporting' } });
      await store.complete(claimed.claim, { outputs: [], summary: {} });
    }
    await ended;
    return lives;
  }

  const rowsReadBy = (query: CompiledQuery) => rowsRead(db, query);

  it('purging removes them in small steps, and holds up nobody', { timeout: 240_000 }, async () => {
    await manyJobsOf('old');
    const steps: number[] = [];
    const counting: Pick<JobStore, 'purge'> = {
      async purge(options) {
        const removed = await store.purge(options);
        steps.push(removed.jobs);
        return removed;
      },
    };
    const purging = purgeOld(
      { jobStore: counting as JobStore },
      { retention: { cancelled: 0 }, limit: 500 },
      new AbortController().signal,
    );
    expect(await livesBeside(purging)).toBeGreaterThan(0);
    expect(Math.max(...steps)).toBeLessThanOrEqual(500);
    expect(steps.reduce((sum, jobs) => sum + jobs)).toBe(count);
    expect(await store.erasureReport({ tenant: 'old' })).toMatchObject({ jobs: 0, events: 0, contentsToDelete: count });
  });

  it('purging passes over a job that somebody has locked', async () => {
    const artifact = await upload(store, 'locked');
    const jobs: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      const { job } = await store.submit(jobOn(artifact, { tenant: 'locked' }));
      await store.cancel(job);
      jobs.push(job.id);
    }
    const purge = () => store.purge({ tenant: 'locked', olderThanMs: 0, limit: 10 });
    await db.transaction().execute(async (trx) => {
      await sql`SELECT 1 FROM pubpipe_jobs WHERE id = ${jobs[1]} FOR UPDATE`.execute(trx);
      expect(await purge()).toMatchObject({ jobs: 2, artifacts: 0 });
    });
    expect(await purge()).toMatchObject({ jobs: 1, artifacts: 1 });
  });

  it('erasing removes them in small steps, each as cheap as the first, and holds up nobody', {
    timeout: 240_000,
  }, async () => {
    await manyJobsOf('leaving');
    const steps: number[] = [];
    const costs: number[] = [];
    const counting: JobStore = {
      ...store,
      async eraseSome(scope, options) {
        const removed = await store.eraseSome(scope, options);
        steps.push(Math.max(removed.jobs, removed.artifacts));
        return removed;
      },
    };
    const pipeline = createPipeline({
      jobStore: counting,
      artifactStore: createMemoryArtifactStore(),
      queue: createInProcessQueue(),
      bus: createInProcessEventBus(),
    });
    const report = (await pipeline.erase({ tenant: 'leaving' })).remaining;
    expect(report).toMatchObject({ jobs: count, events: 2 * count, artifacts: count });
    const erasing = pipeline.erase({ tenant: 'leaving', dryRun: false });
    expect(await livesBeside(erasing)).toBeGreaterThan(0);
    const { removed } = await erasing;
    expect(removed).toEqual({
      jobs: report.jobs,
      records: 0,
      events: report.events,
      artifacts: report.artifacts,
      bytes: report.bytes,
      webhooks: 0,
      webhookDeliveries: 0,
    });
    expect(Math.max(...steps)).toBeLessThanOrEqual(100);
    // What it has left are the rows of contents: the statements that look for more of them must not read those.
    log.length = 0;
    expect(await store.eraseSome({ tenant: 'leaving' }, { limit: 100 })).toMatchObject({ jobs: 0, artifacts: 0 });
    const reading = log.filter((query) => /^(with|select|update|delete)/.test(query.sql));
    for (const query of reading) costs.push(await rowsReadBy(query));
    expect(Math.max(...costs)).toBeLessThan(count / 10);
  });
});
