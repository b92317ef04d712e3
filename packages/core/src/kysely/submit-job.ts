import { isPubpipeError, PubpipeError } from '../errors/pubpipe-error.ts';
import type { JobView } from '../job/job.ts';
import { deliveryPriority } from '../job/lane.ts';
import type { NewJob, SubmittedJob } from '../ports/job-store.ts';
import { artifactNotFound } from './artifact-rows.ts';
import { toJobView } from './from-row.ts';
import { artifactIdsOf, insertJob } from './insert-job.ts';
import { selectJobViews } from './job-view-query.ts';
import { type Connection, inSavepoint, type StoreContext, translated } from './store-context.ts';

/** As often as what is in the way may be gone when it is looked for. */
const maxTries = 10;

/** See `JobStore.submit`. */
export async function submitJob(
  context: StoreContext,
  job: NewJob,
  transaction: Connection | undefined,
): Promise<SubmittedJob> {
  checkAssetNames(job);
  let refused: unknown;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const { view, error } = await unlessRefused(context, () =>
      transaction === undefined
        ? insertJob(context, job)
        : inSavepoint(transaction, (savepoint) => insertJob(context, job, savepoint)),
    );
    if (view !== undefined) return { job: view, created: true, delivery: deliveryOf(view, 1) };
    const first = await translated(() => whyNot(context, transaction ?? context.db, job));
    if (first !== undefined) return first;
    // What was in the way is gone meanwhile, such as a key whose job was erased. Or the job itself lacks a value.
    refused = error;
  }
  throw refused ?? new PubpipeError('JOB_STORE_UNAVAILABLE', 'Others used and freed the idempotency key all the time.');
}

function checkAssetNames({ assets }: NewJob): void {
  if (new Set(assets.map(({ name }) => name)).size === assets.length) return;
  throw new PubpipeError('INVALID_INPUT', 'Two assets of the job have the same name.');
}

/** Answers an error instead where the database has refused a row that lacks a value: it would have referred to nothing. */
async function unlessRefused(
  { dialect }: StoreContext,
  work: () => Promise<JobView | undefined>,
): Promise<{ readonly view?: JobView | undefined; readonly error?: PubpipeError }> {
  try {
    return { view: await work() };
  } catch (error) {
    if (isPubpipeError(error) && dialect.isMissingValue(error.cause)) return { error };
    throw error;
  }
}

function deliveryOf(job: JobView, dispatch: number): SubmittedJob['delivery'] {
  const { id: jobId, tenant, correlationId, traceContext } = job;
  return { jobId, dispatch, priority: deliveryPriority(job), tenant, correlationId, traceContext };
}

/** Nothing was written: the key has been used before, for this request or another, or an artifact is not ready. */
async function whyNot(context: StoreContext, connection: Connection, job: NewJob): Promise<SubmittedJob | undefined> {
  const first = job.idempotencyKey === undefined ? undefined : await firstJobOf(context, connection, job);
  if (first !== undefined) return first;
  const ids = artifactIdsOf(job);
  const ready = await connection
    .selectFrom(context.from.artifacts)
    .select('artifacts.id')
    .where('artifacts.id', 'in', ids)
    .where('artifacts.tenant', '=', job.tenant)
    .where('artifacts.state', '=', 'ready')
    .execute();
  const found = new Set(ready.map(({ id }) => id));
  const missing = ids.find((id) => !found.has(id));
  if (missing !== undefined) throw artifactNotFound(missing);
  return undefined;
}

/** The job that was submitted under the same key before. */
async function firstJobOf(
  context: StoreContext,
  connection: Connection,
  { tenant, idempotencyKey = '', requestHash }: NewJob,
): Promise<SubmittedJob | undefined> {
  const row = await selectJobViews(context, connection)
    .select(['jobs.request_hash', 'jobs.dispatch'])
    .where('jobs.tenant', '=', tenant)
    .where('jobs.idempotency_key', '=', idempotencyKey)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.request_hash !== requestHash) {
    throw new PubpipeError('IDEMPOTENCY_CONFLICT', 'The idempotency key was used for another request.', {
      details: { idempotencyKey, jobId: row.id },
    });
  }
  const job = toJobView(row);
  return { job, created: false, delivery: deliveryOf(job, Number(row.dispatch)) };
}
