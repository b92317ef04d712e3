import type { Delivery } from '../ports/job-queue.ts';
import type { JobStore, UnclaimedDelivery } from '../ports/job-store.ts';
import type { DueDelivery } from '../ports/tenant-dispatch.ts';
import { deliveryColumns, toDueDelivery } from './due-deliveries.ts';
import { type StoreContext, singly, translated } from './store-context.ts';

function selectDue({ db, dialect, from }: StoreContext, limit: number) {
  return db
    .selectFrom(from.jobs)
    .select(deliveryColumns)
    .where('jobs.status', '=', 'queued')
    .where('jobs.run_at', '<=', dialect.now())
    .limit(limit);
}

/** See `JobStore.undispatched`. The names of the lanes sort as the lanes do. */
export async function undispatched(
  context: StoreContext,
  { limit }: { readonly limit: number },
): Promise<readonly DueDelivery[]> {
  const rows = await translated(() =>
    selectDue(context, limit)
      .where('jobs.dispatched_at', 'is', null)
      .orderBy('jobs.lane')
      .orderBy('jobs.priority', 'desc')
      .orderBy('jobs.run_at')
      .orderBy('jobs.id')
      .execute(),
  );
  return rows.map(toDueDelivery);
}

/** See `JobStore.unclaimed`. */
export async function unclaimed(
  context: StoreContext,
  { olderThanMs, limit, after }: Parameters<JobStore['unclaimed']>[0],
): Promise<readonly UnclaimedDelivery[]> {
  const { dialect } = context;
  const rows = await translated(() =>
    selectDue(context, limit)
      .select('jobs.dispatched_at as dispatchedAt')
      .where((eb) => eb('jobs.dispatched_at', '<', eb(dialect.now(), '-', olderThanMs)))
      .$if(after !== undefined, (query) =>
        query
          .where('jobs.dispatched_at', '>=', after?.dispatchedAt ?? 0)
          .where((eb) =>
            eb.or([eb('jobs.dispatched_at', '>', after?.dispatchedAt ?? 0), eb('jobs.id', '>', after?.jobId ?? '')]),
          ),
      )
      .orderBy('jobs.dispatched_at')
      .orderBy('jobs.id')
      .execute(),
  );
  return rows.map((row) => ({ ...toDueDelivery(row), dispatchedAt: Number(row.dispatchedAt) }));
}

/** See `JobStore.markDispatched`. */
export async function markDispatched(context: StoreContext, { jobId, dispatch }: Delivery): Promise<void> {
  await singly(context, (db) =>
    db
      .updateTable(context.from.jobs)
      .set({ dispatched_at: context.dialect.now() })
      .where('jobs.id', '=', jobId)
      // A worker may have been faster: then there is nothing left to be noted, and nothing is written.
      .where('jobs.status', '=', 'queued')
      .where('jobs.dispatch', '=', dispatch)
      .where('jobs.dispatched_at', 'is', null)
      .execute(),
  );
}

/** See `JobStore.redispatch`. */
export async function redispatch(context: StoreContext, { jobId, dispatch }: Delivery): Promise<void> {
  await singly(context, (db) =>
    db
      .updateTable(context.from.jobs)
      .set((eb) => ({ dispatch: eb('jobs.dispatch', '+', 1), dispatched_at: null }))
      .where('jobs.id', '=', jobId)
      .where('jobs.status', '=', 'queued')
      .where('jobs.dispatch', '=', dispatch)
      .execute(),
  );
}
