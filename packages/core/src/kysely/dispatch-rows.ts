import type { Delivery } from '../ports/job-queue.ts';
import { inTransaction, type StoreContext, translated } from './store-context.ts';

function selectDue({ db, dialect, from }: StoreContext, limit: number) {
  return db
    .selectFrom(from.jobs)
    .select(['jobs.id as jobId', 'jobs.dispatch', 'jobs.priority'])
    .where('jobs.status', '=', 'queued')
    .where('jobs.run_at', '<=', dialect.now())
    .orderBy('jobs.priority', 'desc')
    .orderBy('jobs.run_at')
    .orderBy('jobs.id')
    .limit(limit);
}

const toDelivery = (row: Delivery): Delivery => ({
  jobId: row.jobId,
  dispatch: Number(row.dispatch),
  priority: Number(row.priority),
});

/** See `JobStore.undispatched`. */
export async function undispatched(context: StoreContext, { limit }: { readonly limit: number }) {
  const due = await translated(() => selectDue(context, limit).where('jobs.dispatched_at', 'is', null).execute());
  return due.map(toDelivery);
}

/** See `JobStore.unclaimed`. */
export async function unclaimed(
  context: StoreContext,
  { olderThanMs, limit }: { readonly olderThanMs: number; readonly limit: number },
) {
  const { dialect } = context;
  const due = await translated(() =>
    selectDue(context, limit)
      .where((eb) => eb('jobs.dispatched_at', '<', eb(dialect.now(), '-', olderThanMs)))
      .execute(),
  );
  return due.map(toDelivery);
}

/** See `JobStore.markDispatched`. */
export async function markDispatched(context: StoreContext, { jobId, dispatch }: Delivery): Promise<void> {
  await inTransaction(context, (trx) =>
    trx
      .updateTable(context.from.jobs)
      .set({ dispatched_at: context.dialect.now() })
      .where('jobs.id', '=', jobId)
      .where('jobs.dispatch', '=', dispatch)
      .where('jobs.dispatched_at', 'is', null)
      .execute(),
  );
}

/** See `JobStore.redispatch`. */
export async function redispatch(context: StoreContext, { jobId, dispatch }: Delivery): Promise<void> {
  await inTransaction(context, (trx) =>
    trx
      .updateTable(context.from.jobs)
      .set((eb) => ({ dispatch: eb('jobs.dispatch', '+', 1), dispatched_at: null }))
      .where('jobs.id', '=', jobId)
      .where('jobs.status', '=', 'queued')
      .where('jobs.dispatch', '=', dispatch)
      .execute(),
  );
}
