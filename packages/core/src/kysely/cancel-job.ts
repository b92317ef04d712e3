import { PubpipeError } from '../errors/pubpipe-error.ts';
import { cancellableStatuses } from '../job/job-status.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import type { CancelledJob } from '../ports/job-store.ts';
import { appendEvent } from './append-event.ts';
import { discardPreviews } from './job-outputs.ts';
import { ended } from './job-row-changes.ts';
import { getJob, statusOf } from './read-jobs.ts';
import { inTransaction, type StoreContext } from './store-context.ts';

/** See `JobStore.cancel`. */
export async function cancelJob(context: StoreContext, id: RowId): Promise<CancelledJob> {
  return await inTransaction(context, async (trx) => {
    const row = await trx
      .updateTable(context.from.jobs)
      .set((eb) => ({
        ...ended(context, 'cancelled'),
        event_seq: eb('jobs.event_seq', '+', 1),
        updated_at: context.dialect.now(),
      }))
      .where('jobs.id', '=', id.id)
      .where('jobs.tenant', '=', id.tenant)
      .where('jobs.status', 'in', cancellableStatuses)
      .returning(['id', 'tenant', 'event_seq'])
      .executeTakeFirst();
    if (row === undefined) {
      const status = await statusOf(context, trx, id);
      if (status !== 'cancelled') {
        throw new PubpipeError('ILLEGAL_TRANSITION', `The job has ${status} and can't be cancelled.`, {
          details: { jobId: id.id, status },
        });
      }
    } else {
      await discardPreviews(context, trx, [id.id]);
      await appendEvent(context, trx, row, 'cancelled');
    }
    return { job: await getJob(context, id, trx), cancelled: row !== undefined };
  });
}
