import { sql } from 'kysely';
import type { Lane } from '../job/lane.ts';
import type { ClaimedJob, ClaimRequest } from '../ports/job-store.ts';
import type { RunningLimit } from '../ports/tenant-dispatch.ts';
import { appendEventOf } from './append-event.ts';
import { CombinedWrite, writeCombined } from './combined-write.ts';
import { toJobView } from './from-row.ts';
import { jobFields, selectJobViews } from './job-view-query.ts';
import { type Connection, inTransaction, type StoreContext } from './store-context.ts';
import { leaveToOthers, openLanes, type WaitingJob, waitForPlace } from './take-place.ts';

/** See `JobStore.claim`. Without a limit it is one statement on PostgreSQL, and no row is locked beforehand. */
export async function claimJob(context: StoreContext, request: ClaimRequest): Promise<ClaimedJob | undefined> {
  const { jobId, limitOf, except = [], onLeft } = request;
  const { claimed, left } =
    limitOf === undefined ? await claimFreely(context, request) : await claimWithin(context, request, limitOf);
  if (left !== undefined && except.includes(left.type)) onLeft?.({ jobId, ...left });
  return claimed;
}

interface Claiming {
  readonly claimed: ClaimedJob | undefined;
  /** The job, if it was due and stays queued. */
  readonly left?: WaitingJob | undefined;
}

async function claimFreely(context: StoreContext, request: ClaimRequest): Promise<Claiming> {
  const { jobId, except = [] } = request;
  const claimed = await takeJob(context, request);
  if (claimed !== undefined || except.length === 0) return { claimed };
  return { claimed, left: await leaveToOthers(context, { jobId, except }) };
}

async function claimWithin(
  context: StoreContext,
  request: ClaimRequest,
  limitOf: (tenant: string) => RunningLimit,
): Promise<Claiming> {
  const { jobId } = request;
  return await inTransaction(context, async (transaction) => {
    const lanes = await openLanes(context, transaction, { jobId, limitOf });
    const claimed = await takeJob(context, request, { transaction, lanes });
    if (claimed !== undefined) return { claimed };
    return { claimed, left: await waitForPlace(context, transaction, jobId) };
  });
}

/** One compare-and-set decides. */
async function takeJob(
  context: StoreContext,
  { jobId, owner, leaseMs, except = [] }: ClaimRequest,
  within?: { readonly transaction: Connection; readonly lanes: readonly Lane[] },
): Promise<ClaimedJob | undefined> {
  const { dialect, from } = context;
  const write = {
    shape: `claim ${within?.lanes.join()} ${except.join()}`,
    values: { jobId, owner, leaseMs },
    define: (values: { readonly jobId: string; readonly owner: string; readonly leaseMs: number }) =>
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
            .$if(except.length > 0, (query) => query.where('jobs.type', 'not in', except))
            .$if(within !== undefined, (query) =>
              query.where((eb) => eb.or((within?.lanes ?? []).map((lane) => eb('jobs.lane', '=', lane)))),
            )
            .returning([...jobFields, 'input_artifact_id', 'event_seq']),
        )
        .write('event', (db) => appendEventOf(context, db, { type: 'started', data: attemptOfJob }))
        .answer((db) => selectJobViews(context, db, 'job as jobs' as typeof from.jobs)),
  };
  const [row] = await writeCombined(context, write, within?.transaction);
  if (row === undefined) return undefined;
  const { tenant, attempt, run_at: runAt, updated_at: updatedAt } = row;
  return {
    claim: { tenant, jobId, attempt: Number(attempt) },
    job: toJobView(row),
    waitedMs: Math.max(0, Number(updatedAt) - Number(runAt)),
  };
}

const attemptOfJob = sql<string>`'{"attempt":' || (SELECT attempt FROM job) || '}'`;
