import type { JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { type CompiledQuery, type Kysely, type LogEvent, CompiledQuery as Query, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import type { TestDatabase } from '../../../../test/kit/test-database.ts';
import { type PlanNode, type PlanRow, planNodes } from '../support/plan-nodes.ts';
import { openPostgres } from '../support/postgres-connection.ts';
import { jobOn, submitSome, tenant, upload, webhookWithMessage } from '../support/some-jobs.ts';

describe('the statements of the job store on PostgreSQL', () => {
  const log: CompiledQuery[] = [];
  let database: TestDatabase;
  // biome-ignore lint/suspicious/noExplicitAny: see openPostgres.
  let db: Kysely<any>;
  let store: JobStore;
  beforeAll(async () => {
    database = await openTestDatabase();
    // Tables of a few rows are read whole, unless that is made to look dear: what is left then has no index.
    const options = '-c enable_seqscan=off -c enable_bitmapscan=off';
    db = openPostgres(database.url, { log: (event: LogEvent) => void log.push(event.query), options });
    store = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
  });
  beforeEach(() => {
    log.length = 0;
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  async function plansOf(work: () => Promise<unknown>): Promise<readonly PlanNode[]> {
    log.length = 0;
    await work();
    const statements = log.filter((query) => /^(with|select|update|delete)/.test(query.sql));
    expect(statements.length).toBeGreaterThan(0);
    const plans = [];
    for (const { sql: text, parameters } of statements) {
      const { rows } = await db.executeQuery<PlanRow>(Query.raw(`EXPLAIN (FORMAT JSON) ${text}`, [...parameters]));
      plans.push(...planNodes(rows));
    }
    return plans;
  }

  const sweepOptions = { limit: 10, maxClaims: 20, abandonedAfterMs: 1, keepDeletedMs: 1 };
  const cases: Readonly<Record<string, { work: () => Promise<unknown>; indexes: readonly string[] }>> = {
    get: {
      work: async () => store.get({ tenant, id: (await submitSome(store, 1))[0]?.job.id ?? '' }),
      indexes: ['artifacts_pkey', 'job_artifacts_pkey'],
    },
    list: { work: () => store.list({ tenant }), indexes: ['jobs_by_tenant'] },
    'list of a status': { work: () => store.list({ tenant, status: 'queued' }), indexes: ['jobs_by_status'] },
    'list of a reference': { work: () => store.list({ tenant, reference: 'a' }), indexes: ['jobs_by_reference'] },
    'list of a batch': { work: () => store.list({ tenant, batch: 'a' }), indexes: ['jobs_by_batch'] },
    batch: { work: () => store.batch({ tenant, id: 'a' }).catch(() => undefined), indexes: ['jobs_by_batch'] },
    cancelSome: { work: () => store.cancelSome({ tenant, id: 'a' }, { limit: 10 }), indexes: ['jobs_by_batch'] },
    'files of a batch': {
      work: () => store.jobFiles({ tenant, batch: 'a' }, { limit: 10 }),
      indexes: ['jobs_by_batch', 'job_artifacts_pkey', 'artifacts_pkey'],
    },
    events: { work: () => store.events({ tenant, id: 'a' }), indexes: ['job_events_pkey'] },
    feed: {
      work: () => store.readFeed({ scope: 'all-tenants', after: 1 }),
      indexes: ['job_events_without_position', 'job_events_by_position'],
    },
    'feed of a tenant': {
      work: () => store.readFeed({ scope: { tenant }, after: 1 }),
      indexes: ['job_events_without_position', 'job_events_by_tenant'],
    },
    'numbering events': {
      work: async () => {
        await submitSome(store, 1);
        log.length = 0;
        await store.feedEnd();
      },
      indexes: ['job_events_without_position', 'job_events_pkey'],
    },
    'claiming a cursor': {
      work: () => store.claimConsumer({ name: 'a', owner: 'b', leaseMs: 1 }),
      indexes: ['consumers_pkey'],
    },
    claim: { work: () => store.claim({ jobId: 'a', owner: 'worker', leaseMs: 1 }), indexes: ['jobs_pkey'] },
    'claim within a limit': {
      work: async () => {
        const [submitted] = await submitSome(store, 1);
        log.length = 0;
        const limitOf = () => ({ all: 1_000, standard: 1_000 });
        await store.claim({ jobId: submitted?.job.id ?? '', owner: 'worker', leaseMs: 1, limitOf });
      },
      indexes: ['jobs_pkey', 'jobs_running'],
    },
    waitingTenants: { work: () => store.waitingTenants({ limit: 10, perTenant: 10 }), indexes: ['jobs_waiting'] },
    purge: { work: () => store.purge({ olderThanMs: 1_000_000, limit: 10 }), indexes: ['jobs_to_purge'] },
    'purge of a tenant': {
      work: () => store.purge({ olderThanMs: 1_000_000, limit: 10, tenant }),
      indexes: ['jobs_by_status'],
    },
    cancelForErasure: { work: () => store.cancelForErasure({ tenant: 'a' }, { limit: 10 }), indexes: ['jobs_pkey'] },
    'eraseSome of a tenant': {
      work: () => store.eraseSome({ tenant: 'a' }, { limit: 10 }),
      indexes: ['tenants_pkey', 'artifacts_to_forget'],
    },
    'eraseSome of a job': {
      work: () => store.eraseSome({ tenant, jobId: 'a' }, { limit: 10 }),
      indexes: ['jobs_pkey'],
    },
    erasureReport: { work: () => store.erasureReport({ tenant }), indexes: ['artifacts_by_tenant'] },
    undispatched: { work: () => store.undispatched({ limit: 10 }), indexes: ['jobs_to_dispatch'] },
    unclaimed: { work: () => store.unclaimed({ limit: 10, olderThanMs: 1 }), indexes: ['jobs_dispatched'] },
    sweep: {
      work: () => store.sweep(sweepOptions),
      indexes: ['artifacts_to_abandon', 'artifacts_to_expire', 'artifacts_to_delete'],
    },
    removeArtifact: {
      work: async () => store.removeArtifact({ tenant, id: await upload(store) }),
      indexes: ['artifacts_pkey', 'job_artifacts_by_artifact'],
    },
    dueWebhooks: {
      work: () => store.dueWebhooks({ limit: 10 }),
      indexes: ['webhook_endpoints_pkey', 'webhook_deliveries_to_send'],
    },
    claimWebhookDeliveries: {
      work: () => store.claimWebhookDeliveries({ endpointId: 'a', limit: 10, leaseMs: 1 }),
      indexes: ['webhook_deliveries_to_send', 'webhook_endpoints_pkey'],
    },
    addWebhookDeliveries: {
      work: async () => {
        const { message } = await webhookWithMessage(store);
        log.length = 0;
        await store.addWebhookDeliveries(message);
      },
      indexes: ['webhook_endpoints_by_tenant'],
    },
    listWebhookDeliveries: {
      work: async () => {
        const { endpointId } = await webhookWithMessage(store);
        log.length = 0;
        await store.listWebhookDeliveries({ tenant, endpointId });
      },
      indexes: ['webhook_deliveries_by_endpoint'],
    },
    purgeWebhooks: {
      work: () => store.purgeWebhooks({ olderThanMs: 1, limit: 10 }),
      indexes: ['webhook_deliveries_to_purge', 'webhook_endpoints_removed'],
    },
  };

  it.each(Object.entries(cases))('%s finds its rows by an index', async (_, { work, indexes }) => {
    const nodes = await plansOf(work);
    const scanned = nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']);
    expect(scanned).toEqual([]);
    const used = new Set(nodes.map((node) => node['Index Name']?.replace('pubpipe_', '')));
    expect(indexes.filter((index) => !used.has(index))).toEqual([]);
  });

  it('counts the queue by indexes that have no ended jobs in them', async () => {
    const nodes = await plansOf(() => store.queueSize());
    const used = nodes.flatMap((node) => node['Index Name']?.replace('pubpipe_jobs_', '') ?? []);
    expect(used).toHaveLength(3);
    for (const index of used)
      expect(['dispatched', 'told', 'running', 'leases', 'waiting', 'to_dispatch']).toContain(index);
  });

  it('reads what is to be dispatched in the order of its index', async () => {
    const nodes = await plansOf(() => store.undispatched({ limit: 10 }));
    expect(nodes.map((node) => node['Node Type'])).toEqual(['Limit', 'Index Scan']);
  });

  it('a sweep finds lost jobs among those that run, whatever else there is', async () => {
    const [submitted] = await submitSome(store, 1);
    await sql`INSERT INTO pubpipe_jobs SELECT (jsonb_populate_record(job, jsonb_build_object(
        'id', 'done-' || n, 'status', CASE n % 100 WHEN 0 THEN 'running' ELSE 'completed' END,
        'lease_expires_at', 9000000000000))).*
      FROM pubpipe_jobs AS job, generate_series(1, 5000) AS n WHERE job.id = ${submitted?.job.id}`.execute(db);
    await sql`ANALYZE pubpipe_jobs`.execute(db);
    const used = (await plansOf(() => store.sweep(sweepOptions))).map((node) => node['Index Name']);
    expect(used).toContain('pubpipe_jobs_running');
  });

  it('get and list are one statement each', async () => {
    const [submitted] = await submitSome(store, 3);
    for (const work of [
      () => store.get({ tenant, id: submitted?.job.id ?? '' }),
      () => store.list({ tenant, limit: 100 }),
    ]) {
      log.length = 0;
      await work();
      expect(log).toHaveLength(1);
    }
  });
});

describe('the life of a job on PostgreSQL', () => {
  const log: string[] = [];
  let database: TestDatabase;
  // biome-ignore lint/suspicious/noExplicitAny: see openPostgres.
  let db: Kysely<any>;
  let store: JobStore;
  beforeAll(async () => {
    database = await openTestDatabase();
    db = openPostgres(database.url, { log: ({ query }: LogEvent) => void log.push(query.sql) });
    store = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  async function statementsOf<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly statements: number }> {
    log.length = 0;
    const result = await work();
    return { result, statements: log.length };
  }

  it('is a statement for each step, and no transaction around it', async () => {
    const beginOutput = () =>
      store.beginArtifact({ tenant, kind: 'rendition', fileName: 'a.pdf', mediaType: 'application/pdf' });
    const uploaded = await statementsOf(() => upload(store));
    const submitted = await statementsOf(() => store.submit(jobOn(uploaded.result)));
    const { job, delivery } = submitted.result;
    const told = await statementsOf(() => store.markDispatched(delivery));
    const claimed = await statementsOf(() => store.claim({ jobId: job.id, owner: 'worker', leaseMs: 1_000 }));
    const claim = claimed.result?.claim ?? { tenant, jobId: job.id, attempt: 0 };
    const begun = await statementsOf(beginOutput);
    const beat = await statementsOf(() => store.heartbeat(claim, { leaseMs: 1_000, progress: { stage: 'opening' } }));
    const outputs = [begun.result, await beginOutput()].map(({ id }, index) => {
      return { artifactId: id, byteSize: 1, sha256: 'ab', name: `${index}.pdf` };
    });
    const completed = await statementsOf(() => store.complete(claim, { outputs, summary: {} }));
    // An upload is begun before its content is written, and published after it.
    expect(uploaded.statements).toBe(2);
    const steps = { submitted, told, claimed, begun, beat, completed };
    expect(Object.entries(steps).map(([name, { statements }]) => [name, statements])).toEqual(
      Object.keys(steps).map((name) => [name, 1]),
    );
    expect((await store.get({ tenant, id: job.id })).outputs).toHaveLength(2);
    const events = await store.events({ tenant, id: job.id });
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'queued'],
      [2, 'started'],
      [3, 'progress'],
      [4, 'completed'],
    ]);
  });
});
