import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { JobView } from '../job/job.ts';
import type { JobEvent } from '../job/job-event.ts';
import { type JobStatus, jobStatuses } from '../job/job-status.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import type { JobFilter, JobPage } from '../ports/job-store.ts';
import { toJobEvent, toJobView } from './from-row.ts';
import { fromCursor, toCursor } from './id-cursor.ts';
import { selectJobViews } from './job-view-query.ts';
import { madeQuery } from './made-query.ts';
import { type Connection, type StoreContext, translated } from './store-context.ts';

/** See `JobStore.get`. Those who wait for a job read it again and again, so its text is made once. */
export async function getJob(context: StoreContext, job: RowId, connection = context.db): Promise<JobView> {
  const query = madeQuery(context, {
    shape: 'get',
    values: { id: job.id, tenant: job.tenant },
    make: ({ id, tenant }) =>
      selectJobViews(context, context.db).where('jobs.id', '=', id).where('jobs.tenant', '=', tenant),
  });
  const { rows } = await translated(() => connection.executeQuery(query));
  const [row] = rows;
  if (row === undefined) throw jobNotFound(job);
  return toJobView(row);
}

/** The error for a job that the tenant does not have. */
export function jobNotFound({ id }: RowId): PubpipeError {
  return new PubpipeError('JOB_NOT_FOUND', `There is no job ${id}.`, { details: { jobId: id } });
}

/** See `JobStore.list`. Keyset pagination: a page costs the same however far back it lies. */
export async function listJobs(context: StoreContext, filter: JobFilter): Promise<JobPage> {
  const { tenant, status, type, batch, reference, limit = 50 } = filter;
  checkLimit(limit);
  const before = filter.cursor === undefined ? undefined : fromCursor(filter.cursor);
  const rows = await translated(() =>
    selectJobViews(context, context.db)
      .where('jobs.tenant', '=', tenant)
      .$if(status !== undefined, (query) => query.where('jobs.status', '=', status as string))
      .$if(type !== undefined, (query) => query.where('jobs.type', '=', type as string))
      .$if(batch !== undefined, (query) => query.where('jobs.batch_id', '=', batch as string))
      .$if(reference !== undefined, (query) => query.where('jobs.reference', '=', reference as string))
      .$if(before !== undefined, (query) => query.where('jobs.id', '<', before as string))
      .orderBy('jobs.id', 'desc')
      .limit(limit + 1)
      .execute(),
  );
  const jobs = rows.slice(0, limit).map(toJobView);
  return rows.length > limit ? { jobs, nextCursor: toCursor(jobs.at(-1)?.id ?? '') } : { jobs };
}

/** See `JobStore.events`. */
export async function readEvents(
  context: StoreContext,
  job: RowId,
  { after = 0, limit = 500 }: { readonly after?: number | undefined; readonly limit?: number | undefined },
): Promise<readonly JobEvent[]> {
  checkLimit(limit);
  if (!Number.isInteger(after) || after < 0) {
    throw new PubpipeError('INVALID_INPUT', 'after must be the number of an event, or 0.', { details: { after } });
  }
  const { from } = context;
  const rows = await translated(() =>
    context.db
      .selectFrom(from.job_events)
      .innerJoin(from.jobs, 'jobs.id', 'job_events.job_id')
      .selectAll('job_events')
      .where('jobs.id', '=', job.id)
      .where('jobs.tenant', '=', job.tenant)
      .where('job_events.seq', '>', after)
      .orderBy('job_events.seq')
      .limit(limit)
      .execute(),
  );
  return rows.map((row) => toJobEvent(row, job.tenant));
}

/** See `JobStore.countByStatus`. */
export async function countByStatus(context: StoreContext): Promise<Readonly<Record<JobStatus, number>>> {
  const rows = await translated(() =>
    context.db
      .selectFrom(context.from.jobs)
      .select((eb) => ['jobs.status', eb.fn.countAll().as('count')])
      .groupBy('jobs.status')
      .execute(),
  );
  const counts = new Map(rows.map(({ status, count }) => [status, Number(count)]));
  return Object.fromEntries(jobStatuses.map((status) => [status, counts.get(status) ?? 0])) as Record<
    JobStatus,
    number
  >;
}

/** Reads one job's row inside a transaction, to say why a guarded write found nothing. */
export async function statusOf(context: StoreContext, trx: Connection, id: RowId): Promise<JobStatus> {
  const row = await trx
    .selectFrom(context.from.jobs)
    .select('jobs.status')
    .where('jobs.id', '=', id.id)
    .where('jobs.tenant', '=', id.tenant)
    .executeTakeFirst();
  if (row === undefined) throw jobNotFound(id);
  return row.status as JobStatus;
}

function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000) return;
  throw new PubpipeError('INVALID_INPUT', 'The limit must be a whole number from 1 to 1,000.', { details: { limit } });
}
