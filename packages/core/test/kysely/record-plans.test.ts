import type { JobFilePosition, JobStore } from '@pubpipe/core';
import { type DatabaseKind, openKyselyJobStore } from '@pubpipe/core/kysely';
import { type CompiledQuery, type Kysely, CompiledQuery as Query, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeOfMany } from '../support/merge-of-many.ts';
import { newDatabase } from '../support/new-database.ts';
import type { PlanNode, PlanRow } from '../support/plan-nodes.ts';
import { rowsRead } from '../support/rows-read.ts';
import { submitSome, tenant } from '../support/some-jobs.ts';

const count = 10_000;
const limit = 50;
// So that a look at all jobs costs more than one by an index.
const others = 500;
const batch = 'cards';

describe.each(['sqlite', 'postgres'] as const)('with three merges of 10,000 records on %s', (kind) => {
  const log: CompiledQuery[] = [];
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let db: Kysely<unknown>;
  let store: JobStore;
  let ids: readonly string[];
  beforeAll(async () => {
    database = await newDatabase(kind, { log: ({ query }) => void log.push(query) });
    db = database.db;
    store = await openKyselyJobStore({ ...database, migrate: true });
    const claims = [];
    for (let merges = 0; merges < 3; merges += 1) claims.push(await mergeOfMany(store, db, { count, batch }));
    ids = claims.map(({ jobId }) => jobId);
    await submitSome(store, others);
    await sql`ANALYZE`.execute(db);
  });
  afterAll(() => database?.[Symbol.asyncDispose]());

  /** The statements of some work that begin so. */
  async function statementsOf(work: () => Promise<unknown>, beginning: string) {
    log.length = 0;
    await work();
    return log.filter((statement) => statement.sql.startsWith(beginning));
  }

  /** The plans of what some work reads, and on PostgreSQL how many rows that is. */
  async function look(work: () => Promise<unknown>) {
    const statements = await statementsOf(work, 'select');
    const plans = [];
    let rows = 0;
    for (const statement of statements) {
      plans.push(await planOf(db, kind, statement));
      if (kind === 'postgres') rows += await rowsRead(db, statement);
    }
    return { plans, rows };
  }

  const behind = (jobId: string, record: number): JobFilePosition => ({
    jobId,
    file: { role: 'record', name: `${record}.pdf`, record },
  });
  const scopes = { batch: () => ({ tenant, batch }), job: () => ({ tenant, jobId: ids[0] ?? '' }) };
  const begins: Readonly<Record<string, () => JobFilePosition | undefined>> = {
    'the first': () => undefined,
    'one behind a record': () => behind(ids[0] ?? '', count / 2),
    'one behind an output': () => ({ jobId: ids[0] ?? '', file: { role: 'output', name: 'a.pdf' } }),
  };

  it.each(Object.keys(scopes).flatMap((scope) => Object.keys(begins).map((begin) => [begin, scope] as const)))(
    '%s page of the files of a %s neither sorts nor scans those of its records',
    async (begin, scope) => {
      const after = begins[begin]?.();
      const first = after?.file?.record ?? 0;
      const { plans, rows } = await look(async () => {
        const page = await store.jobFiles(scopes[scope as 'job' | 'batch'](), { limit, after });
        expect(page.map(({ file }) => file?.record)).toEqual(Array.from({ length: limit }, (_, at) => first + at + 1));
      });
      for (const plan of plans) expect(scansIn(plan)).toEqual([]);
      // A statement before it reads outputs, of which a job has no more than its document has pages.
      const ofRecords = plans.at(-1) ?? [];
      expect(sortsIn(ofRecords, byRecord)).toEqual([]);
      expect(allSteps(ofRecords).filter(({ does }) => byRecord.test(does))).not.toEqual([]);
      // Each file with its job and artifact, as often as the plan hands them on, and some jobs.
      expect(rows).toBeLessThan(limit * 10);
    },
  );

  it('goes on from one merge to the next', async () => {
    const page = await store.jobFiles(scopes.batch(), { limit, after: behind(ids[0] ?? '', count - 10) });
    expect(page.map(({ job, file }) => [job.id, file?.record])).toEqual([
      ...Array.from({ length: 10 }, (_, at) => [ids[0], count - 9 + at]),
      ...Array.from({ length: limit - 10 }, (_, at) => [ids[1], at + 1]),
    ]);
  });

  it.each([undefined, 'failed' as const])(
    'a page of records (%s) neither sorts nor scans all of them',
    async (status) => {
      const cursor = Buffer.from(String(count / 2)).toString('base64url');
      const { plans, rows } = await look(() => store.records({ tenant, id: ids[1] ?? '' }, { status, limit, cursor }));
      expect(plans).toHaveLength(1);
      for (const plan of plans) expect([...scansIn(plan), ...sortsIn(plan, /job_records/)]).toEqual([]);
      expect(rows).toBeLessThan(limit * 15);
    },
  );

  it('what a merge has ended is read by its index', async () => {
    const { plans, rows } = await look(() =>
      store.endedRecords({ tenant, id: ids[1] ?? '' }, { after: count / 2, limit }),
    );
    for (const plan of plans) expect([...scansIn(plan), ...sortsIn(plan, /job_records/)]).toEqual([]);
    expect(rows).toBeLessThan(limit * 5);
  });

  it('a retry by hand forgets the records that failed in one statement, by the index of their status', async () => {
    const id = ids[1] ?? '';
    await store.cancel({ tenant, id });
    const statements = await statementsOf(() => store.retry({ tenant, id }), 'delete from "pubpipe_job_records"');
    expect(statements).toHaveLength(1);
    for (const statement of statements) {
      const plan = await planOf(db, kind, statement);
      expect(scansIn(plan)).toEqual([]);
      expect(allSteps(plan).filter(({ does }) => does.includes('pubpipe_job_records_by_status'))).not.toEqual([]);
    }
    expect((await store.records({ tenant, id }, { status: 'failed' })).records).toEqual([]);
  });

  it('a purge finds the records that go by their index', async () => {
    await store.cancel({ tenant, id: ids[2] ?? '' });
    const { plans } = await look(async () => {
      expect(await store.purge({ olderThanMs: 0, limit: 10 })).toMatchObject({ jobs: 0, records: 1_000 });
    });
    const ofRecords = plans.filter((plan) =>
      allSteps(plan).some(({ does }) => /pubpipe_job_records_pkey|SEARCH job_records/.test(does)),
    );
    expect(ofRecords.length).toBeGreaterThan(0);
    for (const plan of ofRecords) expect([...scansIn(plan), ...sortsIn(plan, /job_records/)]).toEqual([]);
  });
});

const scans = /^(Seq Scan|SCAN) (?:on )?(?:pubpipe_)?(?:jobs|artifacts|job_artifacts|job_records)\b/;
const sorts = /Sort|TEMP B-TREE/;
const byRecord = /pubpipe_job_artifacts_by_record/;
const limits = /^(Limit|CO-ROUTINE|MATERIALIZE)/;

/** A step of a plan in words, with what it works on. */
interface Step {
  readonly does: string;
  readonly below: readonly Step[];
}

const allSteps = (steps: readonly Step[]): readonly Step[] => steps.flatMap((step) => [step, ...allSteps(step.below)]);

/** Steps that read a table of ours from its beginning to its end. */
const scansIn = (steps: readonly Step[]) => allSteps(steps).filter(({ does }) => scans.test(does));

/** Steps that sort what was read so, and no limit has bounded before. */
const sortsIn = (steps: readonly Step[], read: RegExp): readonly Step[] =>
  steps.flatMap((step) => {
    // SQLite tells of a sort beside what is sorted.
    const sorted = allSteps(step.does.includes('TEMP B-TREE') ? steps : step.below).map(({ does }) => does);
    const sortsAll =
      sorts.test(step.does) && sorted.some((does) => read.test(does)) && !sorted.some((does) => limits.test(does));
    return [...(sortsAll ? [step] : []), ...sortsIn(step.below, read)];
  });

async function planOf(
  db: Kysely<unknown>,
  kind: DatabaseKind,
  { sql: text, parameters }: CompiledQuery,
): Promise<readonly Step[]> {
  if (kind === 'postgres') {
    const { rows } = await db.executeQuery<PlanRow>(Query.raw(`EXPLAIN (FORMAT JSON) ${text}`, [...parameters]));
    return rows.map((row) => toStep(row['QUERY PLAN'][0].Plan));
  }
  const query = Query.raw(`EXPLAIN QUERY PLAN ${text}`, [...parameters]);
  const { rows } = await db.executeQuery<{ id: number; parent: number; detail: string }>(query);
  const below = (parent: number): readonly Step[] =>
    rows.filter((row) => row.parent === parent).map(({ id, detail }) => ({ does: detail, below: below(id) }));
  return below(0);
}

const toStep = (node: PlanNode): Step => ({
  does: [node['Node Type'], node['Relation Name'] ?? '', node['Index Name'] ?? ''].join(' ').trim(),
  below: (node.Plans ?? []).map(toStep),
});
