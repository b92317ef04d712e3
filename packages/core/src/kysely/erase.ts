import { checkWholeNumbers } from '../errors/check-numbers.ts';
import type { Job } from '../job/job.ts';
import { cancellableStatuses, endedStatuses } from '../job/job-status.ts';
import { addRemoved, nothingRemoved } from '../job/removed-jobs.ts';
import type { ErasureScope, RemovedJobs } from '../ports/retention.ts';
import { appendEvent } from './append-event.ts';
import { condemnUnused, isUsed } from './condemn-unused.ts';
import { discardPreviews } from './job-outputs.ts';
import { ended } from './job-row-changes.ts';
import { removeBelongings } from './remove-jobs.ts';
import { firstRecord, type OldJobs, removeSomeRecords } from './remove-records.ts';
import { eraseEndpoints, eraseLooseDeliveries } from './remove-webhooks.ts';
import { type Connection, inTransaction, type StoreContext } from './store-context.ts';

/** See `RetentionStore.cancelForErasure`. */
export async function cancelForErasure(
  context: StoreContext,
  scope: ErasureScope,
  { limit }: { readonly limit: number },
): Promise<readonly Pick<Job, 'id' | 'type'>[]> {
  checkLimit(limit);
  return await inTransaction(context, async (trx) => {
    const jobs = await trx
      .with('old', () =>
        context.dialect.lockRows(jobsOf(context, trx, scope, { statuses: cancellableStatuses, limit })),
      )
      .updateTable(context.from.jobs)
      .set((eb) => ({
        ...ended(context, 'cancelled'),
        event_seq: eb('jobs.event_seq', '+', 1),
        updated_at: context.dialect.now(),
      }))
      .where('jobs.id', 'in', (eb) => eb.selectFrom('old').select('old.id'))
      .where('jobs.status', 'in', cancellableStatuses)
      .returning(['id', 'tenant', 'type', 'event_seq'])
      .execute();
    await discardPreviews(context, trx, idsOf(jobs));
    await appendEvent(context, trx, jobs, 'cancelled');
    return jobs.map(({ id, type }) => ({ id, type }));
  });
}

/** See `RetentionStore.eraseSome`. */
export async function eraseSome(
  context: StoreContext,
  scope: ErasureScope,
  { limit }: { readonly limit: number },
): Promise<RemovedJobs> {
  checkLimit(limit);
  const jobs = (db: Connection) => jobsOf(context, db, scope, { statuses: endedStatuses, limit });
  const mark = { erasedWith: scope.jobId ?? null };
  const records = await removeSomeRecords(context, { jobs, lock: context.dialect.lockRows, mark });
  if (records.records > 0) return records;
  return await inTransaction(context, async (trx) => {
    let removed = nothingRemoved;
    // Before the jobs, as a claim locks it. One that comes meanwhile makes it again; the last call finds no job.
    if (scope.jobId === undefined) {
      await trx.deleteFrom(context.from.tenants).where('tenants.tenant', '=', scope.tenant).execute();
      removed = await eraseEndpoints(context, trx, scope.tenant);
    }
    const deleted = await trx
      // Records that came meanwhile go first.
      .with('old', () => context.dialect.lockRows(jobs(trx).where(firstRecord(context), 'is', null)))
      .deleteFrom(context.from.jobs)
      .where('jobs.id', 'in', (eb) => eb.selectFrom('old').select('old.id'))
      .where('jobs.status', 'in', endedStatuses)
      .returning(['id', 'input_artifact_id'])
      .execute();
    removed = addRemoved(removed, await removeBelongings(context, trx, deleted, mark));
    // While there are jobs, most artifacts are in use, and each call would look at all of them.
    if (scope.jobId !== undefined || deleted.length === limit) return removed;
    removed = addRemoved(removed, await eraseLooseDeliveries(context, trx, scope.tenant, limit));
    return addRemoved(removed, await eraseLooseArtifacts(context, trx, scope.tenant, limit));
  });
}

// As a subselect, PostgreSQL might run it for each row; see `sweep.ts`.
function jobsOf(
  { from }: StoreContext,
  db: Connection,
  { tenant, jobId }: ErasureScope,
  { statuses, limit }: { readonly statuses: readonly string[]; readonly limit: number },
): OldJobs {
  return db
    .selectFrom(from.jobs)
    .select('jobs.id')
    .where('jobs.tenant', '=', tenant)
    .where('jobs.status', 'in', statuses)
    .$if(jobId !== undefined, (query) => query.where('jobs.id', '=', jobId as string))
    .orderBy('jobs.id')
    .limit(limit);
}

/** Erases artifacts of a tenant that no job uses, uploads under way among them, and those that wait for deletion under their names. */
async function eraseLooseArtifacts(
  context: StoreContext,
  trx: Connection,
  tenant: string,
  limit: number,
): Promise<RemovedJobs> {
  const { from } = context;
  const loose = (states: readonly string[]) =>
    trx
      .selectFrom(from.artifacts)
      .select('artifacts.id')
      .where('artifacts.tenant', '=', tenant)
      .where('artifacts.state', 'in', states)
      .where((eb) => eb.not(isUsed(context, eb)));
  const inUse = await loose(['pending', 'ready']).limit(limit).execute();
  const condemned = await condemnUnused(context, trx, idsOf(inUse), { erasedWith: null });
  const named = await loose(['deleting']).where('artifacts.file_name', '!=', '').limit(limit).execute();
  await condemnUnused(context, trx, idsOf(named), { erasedWith: null });
  // Their content has been deleted twice: only a job that is gone now has kept them.
  const done = loose(['deleted']).limit(limit);
  const rows = await trx.deleteFrom(from.artifacts).where('artifacts.id', 'in', done).returning('id').execute();
  const artifacts = condemned.artifacts + named.length + rows.length;
  return { ...nothingRemoved, artifacts, bytes: condemned.bytes };
}

const checkLimit = (limit: number): void => checkWholeNumbers({ limit }, { least: 1, most: 1_000 });

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
