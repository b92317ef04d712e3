import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { JobView } from '../job/job.ts';
import { deliveryPriority } from '../job/lane.ts';
import { randomId } from '../job/random-id.ts';
import type { NewJob, SubmittedJob } from '../ports/job-store.ts';
import { appendEvent } from './append-event.ts';
import { artifactNotFound } from './artifact-rows.ts';
import { toJobView } from './from-row.ts';
import { selectJobViews } from './job-view-query.ts';
import { jsonText } from './json-text.ts';
import { lockArtifacts } from './lock-artifacts.ts';
import { getJob } from './read-jobs.ts';
import { type Connection, inSavepoint, inTransaction, type StoreContext } from './store-context.ts';

/** See `JobStore.submit`. */
export async function submitJob(
  context: StoreContext,
  job: NewJob,
  transaction: Connection | undefined,
): Promise<SubmittedJob> {
  checkAssetNames(job);
  const work = (trx: Connection) => submitIn(context, trx, job);
  return transaction === undefined ? await inTransaction(context, work) : await inSavepoint(transaction, work);
}

function checkAssetNames({ assets }: NewJob): void {
  if (new Set(assets.map(({ name }) => name)).size === assets.length) return;
  throw new PubpipeError('INVALID_INPUT', 'Two assets of the job have the same name.');
}

const artifactIdsOf = ({ inputArtifactId, assets }: NewJob) => [
  inputArtifactId,
  ...assets.map(({ artifactId }) => artifactId),
];

async function submitIn(context: StoreContext, trx: Connection, job: NewJob): Promise<SubmittedJob> {
  const id = await insertJob(context, trx, job);
  // A key whose job was erased between the two statements is free again.
  if (id === undefined) return (await firstJobOf(context, trx, job)) ?? (await submitIn(context, trx, job));
  const missing = await lockArtifacts(context, trx, job.tenant, artifactIdsOf(job));
  if (missing !== undefined) throw artifactNotFound(missing);
  if (job.assets.length > 0) {
    await trx
      .insertInto(context.into.job_artifacts)
      .values(
        job.assets.map(({ name, artifactId }) => ({
          job_id: id,
          role: 'asset',
          name,
          artifact_id: artifactId,
          attempt: 0,
          page: null,
        })),
      )
      .execute();
  }
  await appendEvent(context, trx, { id, tenant: job.tenant, event_seq: 1 }, 'queued');
  const view = await getJob(context, { tenant: job.tenant, id }, trx);
  return { job: view, created: true, delivery: deliveryOf(view, 1) };
}

function deliveryOf(job: JobView, dispatch: number): SubmittedJob['delivery'] {
  const { id: jobId, tenant, correlationId, traceContext } = job;
  return { jobId, dispatch, priority: deliveryPriority(job), tenant, correlationId, traceContext };
}

/** Inserts the row, unless the idempotency key has been used before. */
async function insertJob(context: StoreContext, trx: Connection, job: NewJob): Promise<string | undefined> {
  const { dialect } = context;
  const row = await trx
    .insertInto(context.into.jobs)
    .values((eb) => ({
      id: randomId(),
      tenant: job.tenant,
      type: job.type,
      status: 'queued',
      lane: job.lane ?? 'standard',
      priority: job.priority,
      payload: jsonText(job.payload),
      payload_version: job.payloadVersion,
      input_artifact_id: job.inputArtifactId,
      batch_id: null,
      reference: job.reference ?? null,
      labels: jsonText(job.labels),
      correlation_id: job.correlationId ?? null,
      trace_context: job.traceContext === undefined ? null : jsonText(job.traceContext),
      idempotency_key: job.idempotencyKey ?? null,
      request_hash: job.requestHash,
      attempt: 0,
      failures: 0,
      crash_count: 0,
      lost_claims: 0,
      max_attempts: job.maxAttempts,
      run_at: job.runAt ?? eb(dialect.now(), '+', job.delayMs),
      dispatch: 1,
      dispatched_at: null,
      lease_owner: null,
      lease_expires_at: null,
      event_seq: 1,
      progress: null,
      error_code: null,
      error_message: null,
      error_details: null,
      created_at: dialect.now(),
      started_at: null,
      finished_at: null,
      updated_at: dialect.now(),
    }))
    .onConflict((conflict) => conflict.columns(['tenant', 'idempotency_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** The job under the key of this one, in one statement; undefined when it has been erased or purged meanwhile. */
async function firstJobOf(context: StoreContext, trx: Connection, job: NewJob): Promise<SubmittedJob | undefined> {
  const row = await selectJobViews(context, trx)
    .where('jobs.tenant', '=', job.tenant)
    .where('jobs.idempotency_key', '=', job.idempotencyKey ?? '')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const first = toJobView(row);
  if (row.request_hash !== job.requestHash) {
    throw new PubpipeError('IDEMPOTENCY_CONFLICT', 'The idempotency key was used for another request.', {
      details: { idempotencyKey: job.idempotencyKey, jobId: first.id },
    });
  }
  return { job: first, created: false, delivery: deliveryOf(first, Number(row.dispatch)) };
}
