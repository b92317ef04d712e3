import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { type EndedStatus, endedStatuses } from '../job/job-status.ts';
import { addRemoved, nothingRemoved } from '../job/removed-jobs.ts';
import type { PurgeOptions, RemovedJobs } from '../ports/retention.ts';
import { removeBelongings } from './remove-jobs.ts';
import { removeSomeRecords } from './remove-records.ts';
import { inTransaction, type StoreContext } from './store-context.ts';

/** See `RetentionStore.purge`. Each state is a transaction of its own, since an index finds one state's oldest jobs. */
export async function purgeJobs(context: StoreContext, options: PurgeOptions): Promise<RemovedJobs> {
  const { olderThanMs, limit, statuses = endedStatuses } = options;
  checkWholeNumbers({ olderThanMs }, { least: 0 });
  checkWholeNumbers({ limit }, { least: 1, most: 10_000 });
  let removed = nothingRemoved;
  for (const status of new Set(statuses)) {
    for (let more = true; more; ) {
      const left = limit - removed.jobs;
      if (left === 0) break;
      const some = await purgeStatus(context, options, { status, limit: left });
      removed = addRemoved(removed, some);
      more = some.more;
    }
  }
  return removed;
}

async function purgeStatus(
  context: StoreContext,
  { tenant, olderThanMs }: PurgeOptions,
  { status, limit }: { readonly status: EndedStatus; readonly limit: number },
): Promise<RemovedJobs & { readonly more: boolean }> {
  const { dialect, from } = context;
  return await inTransaction(context, async (trx) => {
    const old = () =>
      trx
        .selectFrom(from.jobs)
        .select('jobs.id')
        .where('jobs.status', '=', status)
        // Of one tenant, ids are the order that an index gives: they are nearly that of the ends. The sum keeps
        // the database from the index of all tenants' ends, where it would pass over everybody else's.
        .where((eb) =>
          eb(
            tenant === undefined ? eb.ref('jobs.finished_at') : eb('jobs.finished_at', '+', 0),
            '<',
            eb(dialect.now(), '-', olderThanMs),
          ),
        )
        .$if(tenant === undefined, (query) => query.orderBy('jobs.finished_at'))
        .$if(tenant !== undefined, (query) => query.where('jobs.tenant', '=', tenant as string).orderBy('jobs.id'))
        .limit(limit);
    const { more, ...condemned } = await removeSomeRecords(context, trx, dialect.lockFreeRows(old()));
    const records = { ...nothingRemoved, ...condemned };
    if (more) return { ...records, more };
    const jobs = await trx
      .with('old', () => dialect.lockFreeRows(old()))
      .deleteFrom(from.jobs)
      .where('jobs.id', 'in', (eb) => eb.selectFrom('old').select('old.id'))
      // Somebody may have retried it meanwhile; see `sweep.ts`.
      .where('jobs.status', '=', status)
      .returning(['id', 'input_artifact_id'])
      .execute();
    return { ...addRemoved(records, await removeBelongings(context, trx, jobs)), more };
  });
}
