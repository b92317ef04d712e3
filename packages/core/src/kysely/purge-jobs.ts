import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { type EndedStatus, endedStatuses } from '../job/job-status.ts';
import { addRemoved, nothingRemoved } from '../job/removed-jobs.ts';
import type { PurgeOptions, RemovedJobs } from '../ports/retention.ts';
import { removeBelongings } from './remove-jobs.ts';
import { firstRecord, type OldJobs, removeSomeRecords } from './remove-records.ts';
import { type Connection, inTransaction, type StoreContext } from './store-context.ts';

/** See `RetentionStore.purge`. Each state is a transaction of its own, since an index finds one state's oldest jobs. */
export async function purgeJobs(context: StoreContext, options: PurgeOptions): Promise<RemovedJobs> {
  const { olderThanMs, limit, statuses = endedStatuses } = options;
  checkWholeNumbers({ olderThanMs }, { least: 0 });
  checkWholeNumbers({ limit }, { least: 1, most: 10_000 });
  let removed = nothingRemoved;
  for (const status of new Set(statuses)) {
    const left = limit - removed.jobs;
    if (left === 0) break;
    const jobs = (db: Connection) => oldJobs(context, db, { ...options, status, limit: left });
    // Records of one state are as many as a call removes.
    if (removed.records === 0) {
      const lock = context.dialect.lockFreeRows;
      removed = addRemoved(removed, await removeSomeRecords(context, { jobs, lock }));
    }
    removed = addRemoved(removed, await purgeStatus(context, status, jobs));
  }
  return removed;
}

async function purgeStatus(
  context: StoreContext,
  status: EndedStatus,
  jobs: (db: Connection) => OldJobs,
): Promise<RemovedJobs> {
  const { dialect, from } = context;
  return await inTransaction(context, async (trx) => {
    const deleted = await trx
      .with('old', () => dialect.lockFreeRows(jobs(trx).where(firstRecord(context), 'is', null)))
      .deleteFrom(from.jobs)
      .where('jobs.id', 'in', (eb) => eb.selectFrom('old').select('old.id'))
      // Somebody may have retried it meanwhile; see `sweep.ts`.
      .where('jobs.status', '=', status)
      .returning(['id', 'input_artifact_id'])
      .execute();
    return await removeBelongings(context, trx, deleted);
  });
}

type StatusOptions = Pick<PurgeOptions, 'tenant' | 'olderThanMs' | 'limit'> & { readonly status: EndedStatus };

function oldJobs(
  { dialect, from }: StoreContext,
  db: Connection,
  { tenant, olderThanMs, limit, status }: StatusOptions,
): OldJobs {
  return (
    db
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
      .limit(limit)
  );
}
