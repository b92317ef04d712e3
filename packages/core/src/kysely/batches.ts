import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { type ErrorCode, isErrorCode } from '../errors/error-traits.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { Batch } from '../job/batch.ts';
import type { Job } from '../job/job.ts';
import { cancellableStatuses, isEnded, type JobStatus, jobStatuses } from '../job/job-status.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import { appendEvent } from './append-event.ts';
import { discardPreviews } from './job-outputs.ts';
import { ended } from './job-row-changes.ts';
import { inTransaction, type StoreContext, translated } from './store-context.ts';

/** See `BatchStore.batch`. The time of the first job is read from its row; all else is in the index. */
export async function readBatch({ db, from }: StoreContext, { tenant, id }: RowId): Promise<Batch> {
  const jobs = db.selectFrom(from.jobs).where('jobs.tenant', '=', tenant).where('jobs.batch_id', '=', id);
  const rows = await translated(() =>
    jobs
      .select((eb) => [
        'jobs.status',
        'jobs.error_code',
        eb.fn.countAll().as('jobs'),
        eb.fn.max('jobs.finished_at').as('last_end'),
        jobs.select('jobs.created_at').orderBy('jobs.id').limit(1).as('begin'),
      ])
      .groupBy(['jobs.status', 'jobs.error_code'])
      .execute(),
  );
  if (rows.length === 0) {
    throw new PubpipeError('BATCH_NOT_FOUND', `There is no job in a batch "${id}".`, { details: { batch: id } });
  }
  const counts = Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Record<JobStatus, number>;
  const errors: Partial<Record<ErrorCode, number>> = {};
  for (const { status, error_code: code, jobs: count } of rows) {
    counts[status as JobStatus] += Number(count);
    if (status !== 'failed') continue;
    // A newer version may have written a code that this one does not know.
    const known = isErrorCode(code) ? code : 'INTERNAL';
    errors[known] = (errors[known] ?? 0) + Number(count);
  }
  const goesOn = jobStatuses.some((status) => !isEnded(status) && counts[status] > 0);
  return {
    id,
    tenant,
    total: jobStatuses.reduce((sum, status) => sum + counts[status], 0),
    counts,
    errors,
    createdAt: Number(rows[0]?.begin),
    finishedAt: goesOn ? undefined : Math.max(...rows.map(({ last_end: end }) => Number(end))),
  };
}

/** See `BatchStore.cancelSome`. */
export async function cancelSome(
  context: StoreContext,
  { tenant, id }: RowId,
  { limit, after = '' }: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly Pick<Job, 'id' | 'type'>[]> {
  checkWholeNumbers({ limit }, { least: 1, most: 1_000 });
  const { dialect, from } = context;
  return await inTransaction(context, async (trx) => {
    const open = trx
      .selectFrom(from.jobs)
      .select('jobs.id')
      .where('jobs.tenant', '=', tenant)
      .where('jobs.batch_id', '=', id)
      .where('jobs.id', '>', after)
      .where('jobs.status', 'in', cancellableStatuses)
      .orderBy('jobs.id')
      .limit(limit);
    const jobs = await trx
      // Locked in their order, so that two who cancel the same batch don't wait for each other.
      .with('open', () => dialect.lockRows(open))
      .updateTable(from.jobs)
      .set((eb) => ({
        ...ended(context, 'cancelled'),
        event_seq: eb('jobs.event_seq', '+', 1),
        updated_at: dialect.now(),
      }))
      .where('jobs.id', 'in', (eb) => eb.selectFrom('open').select('open.id'))
      .where('jobs.status', 'in', cancellableStatuses)
      .returning(['id', 'tenant', 'type', 'event_seq'])
      .execute();
    const ids = jobs.map((job) => job.id);
    await discardPreviews(context, trx, ids);
    await appendEvent(context, trx, jobs, 'cancelled');
    return jobs.map(({ id: jobId, type }) => ({ id: jobId, type })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  });
}
