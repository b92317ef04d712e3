import { sql } from 'kysely';
import type { ClaimedJob } from '../ports/job-store.ts';
import { appendEventOf } from './append-event.ts';
import { CombinedWrite, writeCombined } from './combined-write.ts';
import { toJobView } from './from-row.ts';
import { selectJobViews } from './job-view-query.ts';
import type { StoreContext } from './store-context.ts';

/** See `JobStore.claim`. One compare-and-set decides; no row is locked beforehand. */
export async function claimJob(
  context: StoreContext,
  { jobId, owner, leaseMs }: { readonly jobId: string; readonly owner: string; readonly leaseMs: number },
): Promise<ClaimedJob | undefined> {
  const { dialect, from } = context;
  const [row] = await writeCombined(context, {
    shape: 'claim',
    values: { jobId, owner, leaseMs },
    define: (values) =>
      new CombinedWrite()
        .guard('job', (db) =>
          db
            .updateTable(from.jobs)
            .set((eb) => ({
              status: 'running',
              attempt: eb('jobs.attempt', '+', 1),
              lease_owner: values.owner,
              lease_expires_at: eb(dialect.now(), '+', values.leaseMs),
              started_at: eb.fn.coalesce('jobs.started_at', dialect.now()),
              event_seq: eb('jobs.event_seq', '+', 1),
              updated_at: dialect.now(),
              progress: null,
            }))
            .where('jobs.id', '=', values.jobId)
            .where('jobs.status', '=', 'queued')
            .where('jobs.run_at', '<=', dialect.now())
            .returningAll(),
        )
        .write('event', (db) => appendEventOf(context, db, { type: 'started', data: attemptOfJob }))
        .answer((db) => selectJobViews(context, db, 'job as jobs' as typeof from.jobs)),
  });
  if (row === undefined) return undefined;
  const { tenant, attempt, run_at: runAt, updated_at: updatedAt } = row;
  return {
    claim: { tenant, jobId, attempt: Number(attempt) },
    job: toJobView(row),
    waitedMs: Math.max(0, Number(updatedAt) - Number(runAt)),
  };
}

const attemptOfJob = sql<string>`'{"attempt":' || (SELECT attempt FROM job) || '}'`;
