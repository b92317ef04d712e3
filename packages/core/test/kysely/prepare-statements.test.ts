import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import type { TestDatabase } from '../../../../test/kit/test-database.ts';
import { type PlanNode, type PlanRow, planNodes } from '../support/plan-nodes.ts';
import { openPostgres } from '../support/postgres-connection.ts';
import { jobOn, tenant, upload } from '../support/some-jobs.ts';

describe('a pool whose statements are prepared', () => {
  let database: TestDatabase;
  // biome-ignore lint/suspicious/noExplicitAny: see openPostgres.
  let db: Kysely<any>;
  let store: Awaited<ReturnType<typeof openKyselyJobStore>>;
  beforeEach(async () => {
    database = await openTestDatabase();
    // One connection, so that it is known which has what. Few rows are read whole, unless that is made to look dear.
    const options = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off';
    db = openPostgres(database.url, { prepares: true, max: 1, options });
    store = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  async function live(): Promise<void> {
    const { job } = await store.submit(jobOn(await upload(store)));
    const claimed = await store.claim({ jobId: job.id, owner: 'worker', leaseMs: 60_000 });
    const claim = claimed?.claim ?? { tenant, jobId: job.id, attempt: 0 };
    const output = { kind: 'rendition', fileName: 'a.pdf', mediaType: 'application/pdf' } as const;
    const { id } = await store.beginArtifact({ tenant, ...output });
    await store.heartbeat(claim, { leaseMs: 60_000, progress: { stage: 'opening' } });
    const outputs = [{ artifactId: id, byteSize: 1, sha256: 'ab', name: 'a.pdf' }];
    await store.complete(claim, { outputs, summary: {} });
    expect((await store.get({ tenant, id: job.id })).status).toBe('completed');
  }

  /** What the connection keeps. */
  async function kept(): Promise<readonly { readonly name: string; readonly statement: string }[]> {
    const { rows } = await sql<{ name: string; statement: string }>`
      SELECT name, statement FROM pg_prepared_statements`.execute(db);
    return rows;
  }

  it('keeps those of a life once, however many lives there are, and none of the application', async () => {
    await live();
    const first = await kept();
    // Submitted, claimed, an artifact begun, progress told, completed, and read.
    expect(first).toHaveLength(6);
    await live();
    await sql`SELECT ${1}::int AS own`.execute(db);
    expect(new Set((await kept()).map(({ name }) => name))).toEqual(new Set(first.map(({ name }) => name)));
    // The server cuts longer names, which could make one of two.
    expect(first.filter(({ name }) => Buffer.byteLength(name) > 63)).toEqual([]);
  });

  it('does not keep more than 40 on a connection, and works all the same', async () => {
    const artifactId = await upload(store);
    for (let count = 0; count < 45; count += 1) {
      const assets = Array.from({ length: count }, (_, index) => ({ name: `${index}.png`, artifactId }));
      const { job } = await store.submit(jobOn(artifactId, { assets }));
      expect((await store.get({ tenant, id: job.id })).assets).toHaveLength(count);
    }
    expect(await kept()).toHaveLength(40);
  });

  it('goes on when a newer version adds columns to the tables', async () => {
    await live();
    for (const table of ['jobs', 'artifacts', 'job_artifacts', 'job_events']) {
      await sql`ALTER TABLE ${sql.table(`pubpipe_${table}`)} ADD COLUMN newer text`.execute(db);
    }
    const before = await kept();
    await live();
    expect(await kept()).toEqual(before);
  });

  it('runs them in transactions of the application, which are undone as a whole', async () => {
    const document = await upload(store);
    const failing = db.transaction().execute(async (transaction) => {
      const { job } = await store.submit(jobOn(document), { transaction });
      throw new Error(job.id);
    });
    const id = await failing.catch((error: Error) => error.message);
    await expect(store.get({ tenant, id })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await live();
  });

  it('finds the rows of a life by their ids, by plans that know no values', async () => {
    await live();
    const nodes: PlanNode[] = [];
    for (const { name, statement } of await kept()) {
      const count = Math.max(...[...statement.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
      const values = Array.from({ length: count }, () => 'NULL').join(', ');
      const { rows } = await sql<PlanRow>`
        EXPLAIN (FORMAT JSON) EXECUTE ${sql.ref(name)} (${sql.raw(values)})`.execute(db);
      nodes.push(...planNodes(rows));
    }
    const scans = nodes.filter((node) => node['Node Type'].endsWith(' Scan') && node['Relation Name'] !== undefined);
    expect(scans.length).toBeGreaterThan(5);
    expect(scans.filter((node) => !/\b(id|job_id) =/.test(node['Index Cond'] ?? ''))).toEqual([]);
  });
});
