import type { ExpressionBuilder, UpdateObject } from 'kysely';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { AttemptFailure, Claim, JobResult, PreviewFile } from '../ports/job-store.ts';
import type { RenderProgress } from '../ports/renderer.ts';
import { appendEvent, type RaisedJob } from './append-event.ts';
import { makeReady } from './artifact-rows.ts';
import type { PubpipeDatabase } from './database.ts';
import { discardEarlier, discardPreviews, publishOutputs, publishReports } from './job-outputs.ts';
import { ended, poisoned, queuedAgain } from './job-row-changes.ts';
import { jsonText } from './json-text.ts';
import { type Connection, inTransaction, type StoreContext } from './store-context.ts';

type JobChange = (eb: ExpressionBuilder<PubpipeDatabase, 'jobs'>) => UpdateObject<PubpipeDatabase, 'jobs'>;

/**
 * The fence: changes the job's row only while this attempt holds it, and reserves an event number.
 *
 * @throws PubpipeError `CLAIM_LOST` when the attempt is over.
 */
async function fenced(context: StoreContext, trx: Connection, claim: Claim, change: JobChange): Promise<RaisedJob> {
  const row = await trx
    .updateTable(context.from.jobs)
    .set((eb) => ({ event_seq: eb('jobs.event_seq', '+', 1), updated_at: context.dialect.now(), ...change(eb) }))
    .where('jobs.id', '=', claim.jobId)
    .where('jobs.tenant', '=', claim.tenant)
    .where('jobs.status', '=', 'running')
    .where('jobs.attempt', '=', claim.attempt)
    .returning(['id', 'tenant', 'event_seq'])
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new PubpipeError('CLAIM_LOST', `Attempt ${claim.attempt} of job ${claim.jobId} is over.`, {
    details: { ...claim },
  });
}

/** See `JobStore.heartbeat`. A beat without progress is no event, so it takes no event number. */
export async function heartbeat(
  context: StoreContext,
  claim: Claim,
  { leaseMs, progress }: { readonly leaseMs: number; readonly progress?: RenderProgress | undefined },
): Promise<void> {
  const { dialect } = context;
  await inTransaction(context, async (trx) => {
    const job = await fenced(context, trx, claim, (eb) => ({
      lease_expires_at: eb(dialect.now(), '+', leaseMs),
      ...(progress === undefined ? { event_seq: eb.ref('jobs.event_seq') } : { progress: jsonText(progress) }),
    }));
    if (progress !== undefined) await appendEvent(context, trx, job, 'progress', { ...progress });
  });
}

/** See `JobStore.publishPreview`. */
export async function publishPreview(context: StoreContext, claim: Claim, preview: PreviewFile): Promise<void> {
  await inTransaction(context, async (trx) => {
    const job = await fenced(context, trx, claim, () => ({}));
    await makeReady(context, trx, claim.tenant, [preview]);
    const { artifactId, name, page } = preview;
    const link = await trx
      .insertInto(context.into.job_artifacts)
      .values({ job_id: claim.jobId, role: 'preview', name, artifact_id: artifactId, attempt: claim.attempt, page })
      .onConflict((conflict) => conflict.doNothing())
      .returning('name')
      .executeTakeFirst();
    if (link === undefined) throw new PubpipeError('INVALID_INPUT', `The attempt has a preview "${name}" already.`);
    await appendEvent(context, trx, job, 'preview', { page, name, artifactId });
  });
}

/** See `JobStore.complete`. */
export async function completeJob(context: StoreContext, claim: Claim, result: JobResult): Promise<void> {
  if (new Set(result.outputs.map(({ name }) => name)).size < result.outputs.length) {
    throw new PubpipeError('INVALID_INPUT', 'Two outputs of the job have the same name.');
  }
  await inTransaction(context, async (trx) => {
    const cleared = { error_code: null, error_message: null, error_details: null };
    const job = await fenced(context, trx, claim, () => ({ ...ended(context, 'completed'), ...cleared }));
    await publishOutputs(context, trx, claim, result.outputs);
    await discardEarlier(context, trx, claim);
    await publishReports(context, trx, claim, result.reports);
    const outputs = result.outputs.map(({ artifactId, name }) => ({ artifactId, name }));
    await appendEvent(context, trx, job, 'completed', { attempt: claim.attempt, outputs, ...result.summary });
  });
}

/** See `JobStore.fail`. */
export async function failJob(context: StoreContext, claim: Claim, failure: AttemptFailure): Promise<void> {
  const { code, message, details, crashed, reports, retryInMs } = failure;
  await inTransaction(context, async (trx) => {
    const job = await fenced(context, trx, claim, (eb) => ({
      ...(retryInMs === undefined ? ended(context, 'failed') : queuedAgain(context, eb, retryInMs)),
      failures: eb('jobs.failures', '+', 1),
      // A reported failure is an end.
      lost_claims: 0,
      crash_count: eb('jobs.crash_count', '+', crashed ? 1 : 0),
      error_code: code,
      error_message: withoutNul(message),
      error_details: jsonText(details),
    }));
    await discardEarlier(context, trx, claim);
    await publishReports(context, trx, claim, reports);
    const facts = { attempt: claim.attempt, code, message, details };
    if (retryInMs === undefined) await appendEvent(context, trx, job, 'failed', facts);
    else await appendEvent(context, trx, job, 'retrying', { ...facts, retryInMs });
  });
}

/** See `JobStore.release`. */
export async function releaseJob(
  context: StoreContext,
  claim: Claim,
  { maxClaims }: { readonly maxClaims: number },
): Promise<'queued' | 'failed'> {
  return await inTransaction(context, async (trx) => {
    const job = await fenced(context, trx, claim, (eb) => ({
      ...queuedAgain(context, eb),
      lost_claims: eb('jobs.lost_claims', '+', 1),
    }));
    await discardPreviews(context, trx, [claim.jobId]);
    if (await endIfPoisoned(context, trx, claim.jobId, maxClaims)) {
      await appendEvent(context, trx, job, 'failed', { attempt: claim.attempt, ...poisoned(maxClaims) });
      return 'failed';
    }
    await appendEvent(context, trx, job, 'requeued', { attempt: claim.attempt, reason: 'handed back' });
    return 'queued';
  });
}

async function endIfPoisoned(context: StoreContext, trx: Connection, jobId: string, maxClaims: number) {
  const { code, message, details } = poisoned(maxClaims);
  const row = await trx
    .updateTable(context.from.jobs)
    .set({
      ...ended(context, 'failed'),
      error_code: code,
      error_message: message,
      error_details: jsonText(details),
    })
    .where('jobs.id', '=', jobId)
    .where('jobs.lost_claims', '>=', maxClaims)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** PostgreSQL's text has no NUL; a program's last words may. */
const withoutNul = (text: string): string => text.replaceAll('\0', '\uFFFD');
