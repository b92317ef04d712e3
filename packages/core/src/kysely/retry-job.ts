import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { JobView } from '../job/job.ts';
import { retryableStatuses } from '../job/job-status.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import { appendEvent } from './append-event.ts';
import { artifactExpired } from './artifact-rows.ts';
import { queuedAgain } from './job-row-changes.ts';
import { lockArtifacts } from './lock-artifacts.ts';
import { getJob, statusOf } from './read-jobs.ts';
import { forgetFailed } from './record-rows.ts';
import { inTransaction, type StoreContext } from './store-context.ts';

/** See `JobStore.retry`. */
export async function retryJob(context: StoreContext, id: RowId): Promise<JobView> {
  return await inTransaction(context, async (trx) => {
    const row = await trx
      .updateTable(context.from.jobs)
      .set((eb) => ({
        ...queuedAgain(context, eb),
        failures: 0,
        crash_count: 0,
        lost_claims: 0,
        error_code: null,
        error_message: null,
        error_details: null,
        finished_at: null,
        event_seq: eb('jobs.event_seq', '+', 1),
        updated_at: context.dialect.now(),
      }))
      .where('jobs.id', '=', id.id)
      .where('jobs.tenant', '=', id.tenant)
      .where('jobs.status', 'in', retryableStatuses)
      .returning(['id', 'tenant', 'event_seq'])
      .executeTakeFirst();
    if (row === undefined) {
      const status = await statusOf(context, trx, id);
      throw new PubpipeError('ILLEGAL_TRANSITION', `The job is ${status} and can't be retried.`, {
        details: { jobId: id.id, status },
      });
    }
    await forgetFailed(context, trx, id.id);
    await appendEvent(context, trx, row, 'retried');
    const job = await getJob(context, id, trx);
    const needed = [job.input, ...job.assets.map(({ artifact }) => artifact)];
    const ids = needed.map((artifact) => artifact.id);
    const gone = await lockArtifacts(context, trx, { tenant: id.tenant, ids });
    if (gone !== undefined) throw artifactExpired(gone);
    return job;
  });
}
