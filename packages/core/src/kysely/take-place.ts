import { sql } from 'kysely';
import type { Lane } from '../job/lane.ts';
import type { LeftJob } from '../ports/job-store.ts';
import type { RunningLimit } from '../ports/tenant-dispatch.ts';
import { type Connection, type StoreContext, singly } from './store-context.ts';

/**
 * The lanes in which one more job of a queued job's tenant may run. Until the transaction ends no other claim of the
 * tenant asks: of several at the same time no more get a place than there are.
 */
export async function openLanes(
  context: StoreContext,
  trx: Connection,
  { jobId, limitOf }: { readonly jobId: string; readonly limitOf: (tenant: string) => RunningLimit },
): Promise<readonly Lane[]> {
  const tenant = await lockTenantOf(context, trx, jobId);
  if (tenant === undefined) return [];
  const { all, standard } = limitOf(tenant);
  const rows = await trx
    .selectFrom(context.from.jobs)
    .select((eb) => ['jobs.lane', eb.fn.countAll().as('count')])
    .where('jobs.tenant', '=', tenant)
    .where('jobs.status', '=', 'running')
    .groupBy('jobs.lane')
    .execute();
  const running = rows.reduce((sum, { count }) => sum + Number(count), 0);
  if (running >= all) return [];
  const standardOnes = Number(rows.find(({ lane }) => lane === 'standard')?.count ?? 0);
  return standardOnes < standard ? ['interactive', 'standard'] : ['interactive'];
}

/** A job that is due and stays queued. */
export type WaitingJob = Omit<LeftJob, 'jobId'>;

/** A job that found no place is one that the queue has not been told of: it is dispatched again when a place is free. */
export async function waitForPlace(
  context: StoreContext,
  trx: Connection,
  jobId: string,
): Promise<WaitingJob | undefined> {
  return toWaitingJob(await stayQueued(context, trx, jobId).executeTakeFirst());
}

/** The same for a job that another worker has to do. */
export async function leaveToOthers(
  context: StoreContext,
  { jobId, except }: { readonly jobId: string; readonly except: readonly string[] },
): Promise<WaitingJob | undefined> {
  return await singly(context, async (db) =>
    toWaitingJob(await stayQueued(context, db, jobId).where('jobs.type', 'in', except).executeTakeFirst()),
  );
}

const stayQueued = ({ dialect, from }: StoreContext, db: Connection, jobId: string) =>
  db
    .updateTable(from.jobs)
    .set((eb) => ({ dispatch: eb('jobs.dispatch', '+', 1), dispatched_at: null }))
    .where('jobs.id', '=', jobId)
    .where('jobs.status', '=', 'queued')
    .where('jobs.run_at', '<=', dialect.now())
    .returning((eb) => [
      'tenant',
      'type',
      sql<number | string>`${dialect.now()} - ${eb.ref('run_at')}`.as('waited_ms'),
    ]);

/** As databases answer it. */
interface WaitingRow {
  readonly tenant: string;
  readonly type: string;
  readonly waited_ms: number | string | bigint;
}

const toWaitingJob = (row: WaitingRow | undefined): WaitingJob | undefined =>
  row && { tenant: row.tenant, type: row.type, waitedMs: Number(row.waited_ms) };

async function lockTenantOf(
  { dialect, from, into }: StoreContext,
  trx: Connection,
  jobId: string,
): Promise<string | undefined> {
  const row = await trx
    .insertInto(into.tenants)
    .columns(['tenant', 'purged_position'])
    .expression(
      trx
        .selectFrom(from.jobs)
        .select(['jobs.tenant', sql<number>`0`.as('purged_position')])
        .where('jobs.id', '=', jobId)
        .where('jobs.status', '=', 'queued')
        .where('jobs.run_at', '<=', dialect.now()),
    )
    .onConflict((conflict) => conflict.column('tenant').doUpdateSet((eb) => ({ tenant: eb.ref('excluded.tenant') })))
    .returning('tenant')
    .executeTakeFirst();
  return row?.tenant;
}
