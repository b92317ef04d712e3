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

/** See `JobStore.undispatched`. */
export async function undispatched(context: StoreContext, { limit }: { readonly limit: number }) {
  return await translated(() => selectDue(context, limit).where('jobs.dispatched_at', 'is', null).execute());
}

/** See `JobStore.unclaimed`. */
export async function unclaimed(
  context: StoreContext,
  { olderThanMs, limit }: { readonly olderThanMs: number; readonly limit: number },
) {
  const { dialect } = context;
  return await translated(() =>
    selectDue(context, limit)
      .where((eb) => eb('jobs.dispatched_at', '<', eb(dialect.now(), '-', olderThanMs)))
      .execute(),
  );
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
