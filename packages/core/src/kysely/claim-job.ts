import type { ClaimedJob, ClaimRequest } from '../ports/job-store.ts';
import { appendEvent } from './append-event.ts';
import { getJob } from './read-jobs.ts';
import { inTransaction, type StoreContext } from './store-context.ts';
import { openLanes, waitForPlace } from './take-place.ts';

/** See `JobStore.claim`. One compare-and-set decides; without a limit no row is locked beforehand. */
export async function claimJob(
  context: StoreContext,
  { jobId, owner, leaseMs, limitOf }: ClaimRequest,
): Promise<ClaimedJob | undefined> {
  const { dialect, from } = context;
  return await inTransaction(context, async (trx) => {
    const lanes = limitOf && (await openLanes(context, trx, { jobId, limitOf }));
    const row = await trx
      .updateTable(from.jobs)
      .set((eb) => ({
        status: 'running',
        attempt: eb('jobs.attempt', '+', 1),
        lease_owner: owner,
        lease_expires_at: eb(dialect.now(), '+', leaseMs),
        started_at: eb.fn.coalesce('jobs.started_at', dialect.now()),
        event_seq: eb('jobs.event_seq', '+', 1),
        updated_at: dialect.now(),
        progress: null,
      }))
      .where('jobs.id', '=', jobId)
      .where('jobs.status', '=', 'queued')
      .where('jobs.run_at', '<=', dialect.now())
      .$if(lanes !== undefined, (query) =>
        query.where((eb) => eb.or((lanes ?? []).map((lane) => eb('jobs.lane', '=', lane)))),
      )
      .returning(['id', 'tenant', 'attempt', 'event_seq', 'run_at', 'updated_at'])
      .executeTakeFirst();
    if (row === undefined) {
      if (lanes !== undefined) await waitForPlace(context, trx, jobId);
      return undefined;
    }
    await appendEvent(context, trx, row, 'started', { attempt: Number(row.attempt) });
    return {
      claim: { tenant: row.tenant, jobId, attempt: Number(row.attempt) },
      job: await getJob(context, { tenant: row.tenant, id: jobId }, trx),
      waitedMs: Math.max(0, Number(row.updated_at) - Number(row.run_at)),
    };
  });
}
