import type { JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { type CompiledQuery, type Kysely, CompiledQuery as Query } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobOn, submitSome, tenant, upload, webhookWithMessage } from '../support/some-jobs.ts';
import { openSqlite } from '../support/sqlite-connection.ts';

describe('the statements of the job store', () => {
  const log: CompiledQuery[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: see openSqlite.
  let db: Kysely<any>;
  let store: JobStore;
  beforeEach(async () => {
    db = openSqlite(':memory:', { log: ({ query }) => void log.push(query) });
    store = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });
  });
  afterEach(() => db.destroy());

  async function statementsOf(work: () => Promise<unknown>): Promise<readonly CompiledQuery[]> {
    log.length = 0;
    await work();
    return [...log];
  }

  it.each([0, 1, 7, 30])('get and list are one statement each, with %i jobs, assets and outputs', async (count) => {
    const artifactId = await upload(store);
    const assets = Array.from({ length: count }, (_, index) => ({ name: `${index}.png`, artifactId }));
    const { job } = await store.submit(jobOn(artifactId, { assets }));
    const claimed = await store.claim({ jobId: job.id, owner: 'worker', leaseMs: 1_000 });
    const outputs = [];
    for (let index = 0; index < count; index += 1) {
      const { id } = await store.beginArtifact({ tenant, kind: 'rendition', fileName: 'p', mediaType: 'image/png' });
      outputs.push({ artifactId: id, byteSize: 1, sha256: 'ab', name: `${index}.png` });
    }
    if (claimed !== undefined) await store.complete(claimed.claim, { outputs, summary: {} });
    await submitSome(store, count);

    expect(await statementsOf(() => store.get({ tenant, id: job.id }))).toHaveLength(1);
    expect(await statementsOf(() => store.list({ tenant, limit: 100 }))).toHaveLength(1);
    expect((await store.list({ tenant, limit: 100 })).jobs).toHaveLength(count + 1);
    expect((await store.get({ tenant, id: job.id })).outputs).toHaveLength(count);
  });

  const firstId = async () => (await store.list({ tenant, limit: 1 })).jobs[0]?.id ?? '';

  it.each<[string, number, () => Promise<unknown>]>([
    ['get', 1, async () => store.get({ tenant, id: await firstId() })],
    ['list', 1, () => store.list({ tenant })],
    ['events', 1, () => store.events({ tenant, id: 'a' })],
    ['batch', 1, () => store.batch({ tenant, id: 'a' }).catch(() => undefined)],
    ['jobFiles', 1, () => store.jobFiles({ tenant, batch: 'a' }, { limit: 10 })],
    ['getArtifact', 1, () => store.getArtifact({ tenant, id: 'a' }).catch(() => undefined)],
    ['records', 1, async () => store.records({ tenant, id: await firstId() })],
    ['endedRecords', 1, async () => store.endedRecords({ tenant, id: 'a' }, { limit: 10 })],
    ['countByStatus', 1, () => store.countByStatus()],
    ['undispatched', 1, () => store.undispatched({ limit: 10 })],
    ['unclaimed', 1, () => store.unclaimed({ limit: 10, olderThanMs: 1 })],
    ['waitingTenants', 1, () => store.waitingTenants({ limit: 10, perTenant: 10 })],
    ['artifactsByKey', 1, () => store.artifactsByKey(['a' as never, 'b' as never])],
    ['readyArtifacts', 1, () => store.readyArtifacts({ limit: 10 })],
    // One that asks whether there are events to be numbered first.
    ['readFeed', 2, () => store.readFeed({ scope: { tenant }, after: 0 })],
    ['feedEnd', 2, () => store.feedEnd()],
    // Counts of what there is.
    ['erasureReport', 5, () => store.erasureReport({ tenant })],
  ])('%s takes %i, however many rows it reads', async (name, most, read) => {
    const counts: number[] = [];
    for (const more of [1, 20]) {
      await submitSome(store, more);
      await store.feedEnd();
      const statements = await statementsOf(read);
      // The other one has only looked for an id.
      counts.push(statements.length - (['get', 'records'].includes(name) ? 1 : 0));
    }
    expect(counts).toEqual([most, most]);
  });

  describe('find their rows by an index', () => {
    const sweepOptions = { limit: 10, maxClaims: 20, abandonedAfterMs: 1, keepDeletedMs: 1 };
    const cases: Readonly<Record<string, () => Promise<unknown>>> = {
      list: () => store.list({ tenant }),
      'list of a status': () => store.list({ tenant, status: 'queued' }),
      'list of a reference': () => store.list({ tenant, reference: 'order-1' }),
      'list of a batch': () => store.list({ tenant, batch: 'order-1' }),
      events: () => store.events({ tenant, id: 'a' }),
      records: () => store.records({ tenant, id: 'a' }).catch(() => undefined),
      'records of a status': () => store.records({ tenant, id: 'a' }, { status: 'failed' }).catch(() => undefined),
      endedRecords: () => store.endedRecords({ tenant, id: 'a' }, { limit: 10 }),
      feed: () => store.readFeed({ scope: 'all-tenants', after: 1 }),
      'feed of a tenant': () => store.readFeed({ scope: { tenant }, after: 1 }),
      'numbering events': async () => {
        await submitSome(store, 1);
        log.length = 0;
        await store.feedEnd();
      },
      claim: () => store.claim({ jobId: 'a', owner: 'worker', leaseMs: 1 }),
      'claim within a limit': async () => {
        const [submitted] = await submitSome(store, 1);
        log.length = 0;
        const limitOf = () => ({ all: 4, standard: 3 });
        await store.claim({ jobId: submitted?.job.id ?? '', owner: 'worker', leaseMs: 1, limitOf });
      },
      batch: () => store.batch({ tenant, id: 'order-1' }).catch(() => undefined),
      cancelSome: () => store.cancelSome({ tenant, id: 'order-1' }, { limit: 10 }),
      'files of a batch': () => store.jobFiles({ tenant, batch: 'order-1' }, { limit: 10 }),
      'files of a job behind one': () =>
        store.jobFiles(
          { tenant, jobId: 'a' },
          { limit: 10, after: { jobId: 'a', file: { role: 'record', name: 'a', record: 7 } } },
        ),
      undispatched: () => store.undispatched({ limit: 10 }),
      unclaimed: () => store.unclaimed({ limit: 10, olderThanMs: 1 }),
      waitingTenants: () => store.waitingTenants({ limit: 10, perTenant: 10 }),
      'waitingTenants after one': () => store.waitingTenants({ limit: 10, perTenant: 10, after: 'a' }),
      queueSize: () => store.queueSize(),
      purge: () => store.purge({ olderThanMs: 1, limit: 10 }),
      'purge of a tenant': () => store.purge({ olderThanMs: 1, limit: 10, tenant }),
      eraseSome: () => store.eraseSome({ tenant }, { limit: 10 }),
      cancelForErasure: () => store.cancelForErasure({ tenant }, { limit: 10 }),
      erasureReport: () => store.erasureReport({ tenant }),
      'erasureReport of a job': () => store.erasureReport({ tenant, jobId: 'a' }),
      artifactsByKey: () => store.artifactsByKey(['a' as never]),
      readyArtifacts: () => store.readyArtifacts({ limit: 10 }),
      sweep: () => store.sweep(sweepOptions),
      confirmDeleted: () => store.confirmDeleted({ artifactId: 'a', storageKey: 'a' as never, deletedBefore: true }),
      removeArtifact: async () => store.removeArtifact({ tenant, id: await upload(store) }),
      listWebhooks: () => store.listWebhooks({ tenant }),
      dueWebhooks: () => store.dueWebhooks({ limit: 10 }),
      claimWebhookDeliveries: () => store.claimWebhookDeliveries({ endpointId: 'a', limit: 10, leaseMs: 1 }),
      addWebhookDeliveries: async () => {
        const { message } = await webhookWithMessage(store);
        log.length = 0;
        await store.addWebhookDeliveries(message);
      },
      listWebhookDeliveries: async () => {
        const { endpointId } = await webhookWithMessage(store);
        log.length = 0;
        await store.listWebhookDeliveries({ tenant, endpointId });
      },
      'listWebhookDeliveries of a state': async () => {
        const { endpointId } = await webhookWithMessage(store);
        log.length = 0;
        await store.listWebhookDeliveries({ tenant, endpointId, state: 'dead' });
      },
      redeliverWebhook: () => store.redeliverWebhook({ tenant, id: 'a', endpointId: 'b' }).catch(() => undefined),
      purgeWebhooks: () => store.purgeWebhooks({ olderThanMs: 1, limit: 10 }),
    };

    it.each(Object.keys(cases))('%s', async (name) => {
      const statements = await statementsOf(cases[name] ?? (async () => {}));
      const plans = await Promise.all(
        statements.filter(({ sql }) => /^(with|select|update|delete)/.test(sql)).map(planOf),
      );
      expect(plans.length).toBeGreaterThan(0);
      for (const step of plans.flat()) expect(step).not.toMatch(fullScan);
    });

    it.each([
      ['list', /jobs_by_tenant/],
      ['list of a status', /jobs_by_status/],
      ['list of a reference', /jobs_by_reference/],
      ['list of a batch', /jobs_by_batch \(tenant=\? AND batch_id=\?\)/],
      ['batch', /SEARCH jobs USING COVERING INDEX pubpipe_jobs_by_batch \(tenant=\? AND batch_id=\?\)/],
      ['cancelSome', /jobs_by_batch \(tenant=\? AND batch_id=\? AND id>\?\)/],
      ['files of a batch', /jobs_by_batch \(tenant=\? AND batch_id=\? AND id>\?\)/],
      ['files of a job behind one', /job_artifacts_by_record \(job_id=\? AND record>\?\)/],
      ['undispatched', /jobs_to_dispatch$/],
      ['feed', /job_events_by_position \(position>\?\)/],
      ['feed of a tenant', /job_events_by_tenant \(tenant=\? AND position>\?\)/],
      ['numbering events', /USING (COVERING )?INDEX pubpipe_job_events_without_position$/],
      ['claim within a limit', /jobs_running \(tenant=\?\)/],
      ['waitingTenants', /jobs_waiting \(tenant=\?\)/],
      ['waitingTenants after one', /jobs_waiting \(tenant>\?\)/],
      ['purge', /jobs_to_purge \(status=\? AND finished_at<\?\)/],
      ['purge of a tenant', /jobs_by_status/],
      ['queueSize', /jobs_to_dispatch$/],
      ['queueSize', /jobs_dispatched \(dispatched_at>\?\)/],
      ['queueSize', /^SCAN jobs USING COVERING INDEX pubpipe_jobs_running$/],
      ['unclaimed', /jobs_dispatched \(dispatched_at<\?\)/],
      ['sweep', /jobs_running$/],
      ['sweep', /artifacts_to_abandon \(created_at<\?\)/],
      ['sweep', /artifacts_to_expire \(expires_at<\?\)/],
      ['sweep', /artifacts_to_delete \(deleted_at=\?\)/],
      ['sweep', /artifacts_to_delete \(deleted_at<\?\)/],
      ['removeArtifact', /jobs_by_input \(input_artifact_id=\?\)/],
      ['dueWebhooks', /webhook_deliveries_to_send \(endpoint_id=\?\)/],
      ['claimWebhookDeliveries', /webhook_deliveries_to_send \(endpoint_id=\? AND next_attempt_at<\?\)/],
      ['addWebhookDeliveries', /webhook_endpoints_by_tenant \(tenant=\?\)/],
      ['listWebhookDeliveries', /webhook_deliveries_by_endpoint \(endpoint_id=\?\)/],
      ['listWebhookDeliveries of a state', /webhook_deliveries_by_state \(endpoint_id=\? AND state=\?\)/],
      ['purgeWebhooks', /webhook_deliveries_to_purge \(ended_at<\?\)/],
      ['eraseSome', /webhook_deliveries_by_tenant \(tenant=\?\)/],
    ])('%s, that is %s', async (name, index) => {
      const statements = await statementsOf(cases[name] ?? (async () => {}));
      const plans = await Promise.all(
        statements.filter(({ sql }) => /^(with|select|update|delete)/.test(sql)).map(planOf),
      );
      expect(plans.flat().filter((step) => index.test(step))).not.toEqual([]);
    });

    // A scan of `jobs_to_dispatch` reads only what is to be dispatched, one of `jobs_running` only what runs; that
    // of `agg` is one job's own links, one of given rows what was just written; the others are what a limit has left.
    const paging = ['files'];
    const sweeping = ['lost', 'condemned', 'old', 'open', 'waiting_tenants', 'counted'];
    const feeding = ['read LEFT-JOIN', 'found LEFT-JOIN', 'unnumbered', 'timed', 'ranked'];
    const counting = ['waiting', 'told', 'running'];
    const sending = ['due'];
    const byIndex = [
      // What a statement was given.
      'CONSTANT ROW',
      'given',
      'jobs USING INDEX pubpipe_jobs_to_dispatch',
      'jobs USING INDEX pubpipe_jobs_running',
      'jobs USING COVERING INDEX pubpipe_jobs_running',
      'job_events USING INDEX pubpipe_job_events_without_position',
      'webhook_endpoints USING COVERING INDEX pubpipe_webhook_endpoints_removed',
    ];
    const fullScan = new RegExp(
      `^SCAN (?!(${['agg', 'given', 'CONSTANT ROW', ...paging, ...sweeping, ...feeding, ...counting, ...sending, ...byIndex].join('|')}|\\(subquery-\\d+\\))$)`,
    );

    async function planOf({ sql, parameters }: CompiledQuery): Promise<readonly string[]> {
      const { rows } = await db.executeQuery<{ detail: string }>(
        Query.raw(`EXPLAIN QUERY PLAN ${sql}`, [...parameters]),
      );
      return rows.map(({ detail }) => detail);
    }
  });

  it('reads what is to be dispatched in the order of its index', async () => {
    const [statement] = await statementsOf(() => store.undispatched({ limit: 10 }));
    const query = Query.raw(`EXPLAIN QUERY PLAN ${statement?.sql}`, [...(statement?.parameters ?? [])]);
    const { rows } = await db.executeQuery<{ detail: string }>(query);
    expect(rows.map(({ detail }) => detail)).toEqual(['SCAN jobs USING INDEX pubpipe_jobs_to_dispatch']);
  });
});
