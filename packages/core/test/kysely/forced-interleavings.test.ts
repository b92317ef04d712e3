import type { Claim, JobStore, OutputFile } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import type { TestDatabase } from '../../../../test/kit/test-database.ts';
import { openPostgres } from '../support/postgres-connection.ts';
import { jobOn, tenant, upload } from '../support/some-jobs.ts';

const leaseMs = 600_000;

/**
 * What another transaction does meanwhile is forced, not hoped for: it is held open, and goes on when PostgreSQL says
 * who waits for it.
 */
describe('a step of a job that waits for somebody else, on PostgreSQL', () => {
  let database: TestDatabase;
  // biome-ignore lint/suspicious/noExplicitAny: the tables are the store's own.
  let db: Kysely<any>;
  let store: JobStore;
  beforeAll(async () => {
    database = await openTestDatabase();
    db = openPostgres(database.url, { max: 12 });
    store = (await openKyselyJobStore({ db, dialect: 'postgres', migrate: true })) as JobStore;
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  /** Begins a transaction that has done `work`, and is then held open. */
  async function hold(...work: readonly ReturnType<typeof sql>[]) {
    const transaction = await db.startTransaction().execute();
    onTestFinished(async () => {
      if (!transaction.isCommitted && !transaction.isRolledBack) await transaction.rollback().execute();
    });
    for (const statement of work) await statement.execute(transaction);
    return transaction;
  }

  /** Comes back when so many connections wait for a lock. */
  async function waiting(count: number): Promise<void> {
    await vi.waitFor(
      async () => {
        const { rows } = await sql<{ waiting: number }>`
          SELECT count(*)::integer AS waiting FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(db);
        expect(rows[0]?.waiting).toBe(count);
      },
      { timeout: 20_000, interval: 10 },
    );
  }

  const condemn = (id: string) => [
    sql`SELECT id FROM pubpipe_artifacts WHERE id = ${id} FOR UPDATE`,
    sql`UPDATE pubpipe_artifacts SET state = 'deleting' WHERE id = ${id}`,
  ];
  const countOf = async (table: string) =>
    Number((await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(table)}`.execute(db)).rows[0]?.n);
  const stateOf = async (id: string) =>
    (await sql<{ state: string }>`SELECT state FROM pubpipe_artifacts WHERE id = ${id}`.execute(db)).rows[0]?.state;

  async function running(): Promise<Claim> {
    const { job } = await store.submit(jobOn(await upload(store)));
    return await claimed(job.id);
  }

  async function claimed(jobId: string): Promise<Claim> {
    const answer = await store.claim({ jobId, owner: 'worker', leaseMs });
    if (answer === undefined) throw new Error('The job could not be claimed.');
    return answer.claim;
  }

  async function written(name: string): Promise<OutputFile> {
    const { id } = await store.beginArtifact({ tenant, kind: 'rendition', fileName: name, mediaType: 'image/png' });
    return { artifactId: id, name, byteSize: 5, sha256: 'ab'.repeat(32) };
  }

  const history = async (id: string) => (await store.events({ tenant, id })).map(({ seq, type }) => `${seq} ${type}`);

  it.each(['commit', 'rollback'] as const)('the second submit of a key waits for the first: %s', async (end) => {
    const request = jobOn(await upload(store), { idempotencyKey: `twice-${end}` });
    const before = await countOf('pubpipe_jobs');
    const first = await hold();
    const one = await store.submit(request, { transaction: first as never });
    const second = store.submit(request);
    await waiting(1);
    await first[end]().execute();
    const two = await second;
    expect(two.created).toBe(end === 'rollback');
    expect(two.job.id === one.job.id).toBe(end === 'commit');
    expect(await store.get({ tenant, id: two.job.id })).toEqual(two.job);
    expect(await history(two.job.id)).toEqual(['1 queued']);
    expect(await countOf('pubpipe_jobs')).toBe(before + 1);
  });

  it('a retry waits while a purge removes records of its merge: no attempt takes for published what goes', async () => {
    const claim = await running();
    const file = await written('1.pdf');
    const common = { name: '1', status: 'rendered', path: 'fast', findings: [], notes: [] } as const;
    await store.publishRecords(claim, [{ first: 1, last: 1, ...common, files: [file] }]);
    // More than one transaction removes.
    for (let first = 2; first < 1_202; first += 200) {
      const some = Array.from({ length: 200 }, (_, index) => ({ first: first + index, last: first + index }));
      await store.publishRecords(
        claim,
        some.map((range) => ({ ...range, ...common, files: [] })),
      );
    }
    await store.fail(claim, { code: 'RECORDS_FAILED', message: 'Some failed.', details: {}, crashed: false });
    const held = await hold(sql`SELECT id FROM pubpipe_artifacts WHERE id = ${file.artifactId} FOR UPDATE`);
    const purged = store.purge({ olderThanMs: 0, limit: 10, statuses: ['failed'] });
    await waiting(1);
    const job = { tenant, id: claim.jobId };
    const retried = store.retry(job).then(
      ({ status }) => status,
      (error: { readonly code: string }) => error.code,
    );
    await waiting(2);
    await held.rollback().execute();
    await purged;
    // Whichever was first when the lock was free: the job is gone, or begins without the records that went.
    if ((await retried) === 'JOB_NOT_FOUND') return;
    expect(await retried).toBe('queued');
    expect((await store.endedRecords(job, { limit: 10 })).map(({ first }) => first)).not.toContain(1);
  });

  it.each(['commit', 'rollback'] as const)('a submit waits for who condemns its asset: %s', async (end) => {
    const [document, asset] = [await upload(store), await upload(store)];
    const counts = async () => [
      await countOf('pubpipe_jobs'),
      await countOf('pubpipe_job_events'),
      await countOf('pubpipe_job_artifacts'),
    ];
    const before = await counts();
    const condemning = await hold(...condemn(asset));
    const submitted = store.submit(jobOn(document, { assets: [{ name: 'a.png', artifactId: asset }] }));
    const outcome = submitted.then(
      ({ job }) => job,
      (error: unknown) => error,
    );
    await waiting(1);
    await condemning[end]().execute();
    if (end === 'commit') {
      expect(await outcome).toMatchObject({ code: 'ARTIFACT_NOT_FOUND', details: { artifactId: asset } });
      expect(await counts()).toEqual(before);
      expect((await store.getArtifact({ tenant, id: document })).expiresAt).toBeDefined();
    } else {
      expect(await outcome).toMatchObject({ status: 'queued', assets: [{ artifact: { id: asset } }] });
      expect((await store.getArtifact({ tenant, id: asset })).expiresAt).toBeUndefined();
    }
  });

  it('an artifact is kept from who would condemn it, also while its job is not committed', async () => {
    const asset = await upload(store);
    const submitting = await hold();
    const { job } = await store.submit(jobOn(await upload(store), { assets: [{ name: 'a', artifactId: asset }] }), {
      transaction: submitting as never,
    });
    const removal = store.removeArtifact({ tenant, id: asset }).catch((error: unknown) => error);
    await waiting(1);
    await submitting.commit().execute();
    expect(await removal).toMatchObject({ code: 'ARTIFACT_IN_USE', details: { jobId: job.id } });
    expect(await stateOf(asset)).toBe('ready');
  });

  it('a completion that finds the job cancelled writes nothing, and its files stay pending', async () => {
    const claim = await running();
    const output = await written('1.png');
    const cancelling = await hold(
      sql`UPDATE pubpipe_jobs SET status = 'cancelled', event_seq = event_seq + 1 WHERE id = ${claim.jobId}`,
    );
    const completion = store.complete(claim, { outputs: [output], summary: {} }).catch((error: unknown) => error);
    const progress = store
      .heartbeat(claim, { leaseMs, progress: { stage: 'opening' } })
      .catch((error: unknown) => error);
    await waiting(2);
    await cancelling.commit().execute();
    expect(await completion).toMatchObject({ code: 'CLAIM_LOST' });
    expect(await progress).toMatchObject({ code: 'CLAIM_LOST' });
    expect(await stateOf(output.artifactId)).toBe('pending');
    expect(await history(claim.jobId)).toEqual(['1 queued', '2 started']);
    expect((await store.get({ tenant, id: claim.jobId })).outputs).toEqual([]);
  });

  it('a completion whose file is given up meanwhile says so, and the job goes on', async () => {
    const claim = await running();
    const [kept, lost] = [await written('1.png'), await written('2.png')];
    const givingUp = await hold(...condemn(lost.artifactId));
    const completion = store.complete(claim, { outputs: [kept, lost], summary: {} }).catch((error: unknown) => error);
    await waiting(1);
    // Whoever cancels meanwhile waits for the completion, and wins when that is refused.
    const cancelled = store.cancel({ tenant, id: claim.jobId });
    await waiting(2);
    await givingUp.commit().execute();
    expect((await completion) as Error).toMatchObject({
      code: expect.stringMatching(/^(ARTIFACT_NOT_FOUND|CLAIM_LOST)$/),
    });
    expect(await cancelled).toMatchObject({ cancelled: true });
    expect(await stateOf(kept.artifactId)).toBe('pending');
    expect(await history(claim.jobId)).toEqual(['1 queued', '2 started', '3 cancelled']);
  });

  it('a cancellation that comes during a completion is too late', async () => {
    const claim = await running();
    const output = await written('1.png');
    const holding = await hold(sql`SELECT id FROM pubpipe_artifacts WHERE id = ${output.artifactId} FOR UPDATE`);
    const completion = store.complete(claim, { outputs: [output], summary: {} });
    await waiting(1);
    const cancellation = store.cancel({ tenant, id: claim.jobId }).catch((error: unknown) => error);
    await waiting(2);
    await holding.commit().execute();
    await completion;
    expect(await cancellation).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
    expect(await history(claim.jobId)).toEqual(['1 queued', '2 started', '3 completed']);
  });

  it.each([true, false])('a preview that is shown while the job completes: an output of it %s', async (isOutput) => {
    const claim = await running();
    const preview = { ...(await written('1.png')), page: 1 };
    const outputs = isOutput ? [preview, await written('2.png')] : [await written('2.png')];
    const holding = await hold(sql`SELECT id FROM pubpipe_artifacts WHERE id = ${preview.artifactId} FOR UPDATE`);
    const shown = store.publishPreview(claim, preview);
    await waiting(1);
    const completion = store.complete(claim, { outputs, summary: {} });
    await waiting(2);
    await holding.commit().execute();
    await Promise.all([shown, completion]);
    const job = await store.get({ tenant, id: claim.jobId });
    expect(job.previews).toEqual([]);
    expect(job.outputs.map(({ name }) => name).toSorted()).toEqual(outputs.map(({ name }) => name).toSorted());
    expect(await stateOf(preview.artifactId)).toBe(isOutput ? 'ready' : 'deleting');
    expect(await history(claim.jobId)).toEqual(['1 queued', '2 started', '3 preview', '4 completed']);
  });

  it('a claim that finds the job cancelled takes nothing and tells nothing', async () => {
    const { job } = await store.submit(jobOn(await upload(store)));
    const cancelling = await hold(sql`UPDATE pubpipe_jobs SET status = 'cancelled' WHERE id = ${job.id}`);
    const claims = ['a', 'b'].map((owner) => store.claim({ jobId: job.id, owner, leaseMs }));
    await waiting(2);
    await cancelling.commit().execute();
    expect(await Promise.all(claims)).toEqual([undefined, undefined]);
    expect(await history(job.id)).toEqual(['1 queued']);
  });

  it('of claims at the same moment no more get a place than there are, and the rest is dispatched again', async () => {
    const owner = 'one-place';
    const document = await upload(store, owner);
    const jobs = [];
    for (let count = 0; count < 3; count += 1) {
      const submitted = await store.submit(jobOn(document, { tenant: owner, assets: [] }));
      await store.markDispatched(submitted.delivery);
      jobs.push(submitted.job.id);
    }
    const holding = await hold(sql`INSERT INTO pubpipe_tenants (tenant, purged_position) VALUES (${owner}, 0)`);
    const limitOf = () => ({ all: 1, standard: 1 });
    const claims = jobs.map((jobId) => store.claim({ jobId, owner: 'worker', leaseMs, limitOf }));
    await waiting(3);
    await holding.commit().execute();
    const got = (await Promise.all(claims)).filter((claim) => claim !== undefined);
    expect(got).toHaveLength(1);
    const due = (await store.undispatched({ limit: 100 })).filter((delivery) => delivery.tenant === owner);
    expect(new Map(due.map(({ jobId, dispatch }) => [jobId, dispatch]))).toEqual(
      new Map(jobs.filter((id) => id !== got[0]?.job.id).map((id) => [id, 2])),
    );
  });

  it('does not mind in which order a claim names its parts, nor what else it has', async () => {
    for (const shuffled of [false, true]) {
      const { tenant: owner, jobId, attempt } = await running();
      const claim = shuffled ? { extra: null, attempt, jobId, tenant: owner } : { tenant: owner, jobId, attempt };
      await store.heartbeat(claim, { leaseMs, progress: { stage: 'opening' } });
      await store.complete(claim, { outputs: [await written('1.png')], summary: {} });
      expect(await history(jobId)).toEqual(['1 queued', '2 started', '3 progress', '4 completed']);
    }
  });

  it.each(['repeatable read', 'serializable'])('works where the database says %s', async (isolation) => {
    await using strict = openPostgres(database.url, {
      options: `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`,
    });
    const other = (await openKyselyJobStore({ db: strict, dialect: 'postgres' })) as JobStore;
    const document = await upload(other);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => other.submit(jobOn(document, { idempotencyKey: isolation }))),
    );
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    const jobId = answers[0]?.job.id ?? '';
    const claims = await Promise.all(
      Array.from({ length: 4 }, () =>
        other.claim({ jobId, owner: 'worker', leaseMs, limitOf: () => ({ all: 9, standard: 9 }) }),
      ),
    );
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  });
});
