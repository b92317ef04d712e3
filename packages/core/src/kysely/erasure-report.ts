import type { ErasureReport, ErasureScope } from '../ports/retention.ts';
import { isUsed } from './condemn-unused.ts';
import { type StoreContext, translated } from './store-context.ts';

/** See `RetentionStore.erasureReport`. */
export async function erasureReport(context: StoreContext, scope: ErasureScope): Promise<ErasureReport> {
  return await translated(async () => {
    const [jobs, events, used, toDelete, told] = await Promise.all([
      countJobs(context, scope),
      countEvents(context, scope),
      countArtifacts(context, scope),
      countDeleting(context, scope),
      countWebhooks(context, scope),
    ]);
    return { jobs, events, ...used, ...toDelete, ...told };
  });
}

function jobsIn({ db, from }: StoreContext, { tenant, jobId }: ErasureScope) {
  return db
    .selectFrom(from.jobs)
    .where('jobs.tenant', '=', tenant)
    .$if(jobId !== undefined, (query) => query.where('jobs.id', '=', jobId as string));
}

async function countJobs(context: StoreContext, scope: ErasureScope): Promise<number> {
  const row = await jobsIn(context, scope)
    .select((eb) => eb.fn.countAll().as('count'))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

async function countEvents(context: StoreContext, scope: ErasureScope): Promise<number> {
  const { db, from } = context;
  const row = await db
    .selectFrom(from.job_events)
    .select((eb) => eb.fn.countAll().as('count'))
    .where('job_events.job_id', 'in', jobsIn(context, scope).select('jobs.id'))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

async function countArtifacts(context: StoreContext, { tenant, jobId }: ErasureScope) {
  const { db, from } = context;
  const row = await db
    .selectFrom(from.artifacts)
    .select((eb) => [eb.fn.countAll().as('artifacts'), eb.fn.sum('artifacts.byte_size').as('bytes')])
    .where('artifacts.tenant', '=', tenant)
    .where('artifacts.state', 'in', ['pending', 'ready'])
    .$if(jobId !== undefined, (query) =>
      query
        .where('artifacts.id', 'in', idsOfJob(context, jobId as string))
        .where((eb) => eb.not(isUsed(context, eb, { besides: jobId as string }))),
    )
    .executeTakeFirst();
  return { artifacts: Number(row?.artifacts ?? 0), bytes: Number(row?.bytes ?? 0) };
}

function idsOfJob({ db, from }: StoreContext, jobId: string) {
  return db
    .selectFrom(from.jobs)
    .select('jobs.input_artifact_id as id')
    .where('jobs.id', '=', jobId)
    .union(
      db
        .selectFrom(from.job_artifacts)
        .select('job_artifacts.artifact_id as id')
        .where('job_artifacts.job_id', '=', jobId),
    );
}

async function countDeleting({ db, from }: StoreContext, { tenant, jobId }: ErasureScope) {
  const rows = await db
    .selectFrom(from.artifacts)
    .select((eb) => [
      eb.fn.countAll().as('rows'),
      eb.fn.count('artifacts.deleted_at').as('deleted'),
      eb.fn
        .sum(eb.case().when('artifacts.deleted_at', 'is', null).then(eb.ref('artifacts.byte_size')).end())
        .as('bytes'),
    ])
    .where('artifacts.tenant', '=', tenant)
    .where('artifacts.state', '=', 'deleting')
    .$if(jobId !== undefined, (query) => query.where('artifacts.erased_with', '=', jobId as string))
    .executeTakeFirst();
  const deleted = Number(rows?.deleted ?? 0);
  return {
    contentsToDelete: Number(rows?.rows ?? 0) - deleted,
    bytesToDelete: Number(rows?.bytes ?? 0),
    rowsToDelete: deleted,
  };
}

async function countWebhooks({ db, from }: StoreContext, { tenant, jobId }: ErasureScope) {
  const row = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom(from.webhook_endpoints)
        .select((inner) => inner.fn.countAll().as('count'))
        .where('webhook_endpoints.tenant', '=', tenant)
        .as('webhooks'),
      eb
        .selectFrom(from.webhook_deliveries)
        .select((inner) => inner.fn.countAll().as('count'))
        .where('webhook_deliveries.tenant', '=', tenant)
        .$if(jobId !== undefined, (query) => query.where('webhook_deliveries.job_id', '=', jobId as string))
        .as('deliveries'),
    ])
    .executeTakeFirst();
  return {
    webhooks: jobId === undefined ? Number(row?.webhooks ?? 0) : 0,
    webhookDeliveries: Number(row?.deliveries ?? 0),
  };
}
