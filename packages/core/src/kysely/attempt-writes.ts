import { sql } from 'kysely';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { AttemptFailure, Claim, PreviewFile } from '../ports/job-store.ts';
import type { RenderProgress } from '../ports/renderer.ts';
import { appendEvent, appendEventOf } from './append-event.ts';
import { CombinedWrite, writeCombined } from './combined-write.ts';
import { changeFenced, claimLost, fenced } from './fence.ts';
import { discardEarlier, discardPreviews, publishReports } from './job-outputs.ts';
import { ended, poisoned, queuedAgain } from './job-row-changes.ts';
import { jsonText } from './json-text.ts';
import { makeReady } from './make-ready.ts';
import { type Connection, inTransaction, type StoreContext, singly } from './store-context.ts';

/** See `JobStore.heartbeat`. A beat without progress is no event, so it takes no event number. */
export async function heartbeat(
  context: StoreContext,
  claim: Claim,
  { leaseMs, progress }: { readonly leaseMs: number; readonly progress?: RenderProgress | undefined },
): Promise<void> {
  const { dialect } = context;
  const rows =
    progress === undefined
      ? await singly(context, (db) =>
          changeFenced(context, db, claim, (eb) => ({
            lease_expires_at: eb(dialect.now(), '+', leaseMs),
            event_seq: eb.ref('jobs.event_seq'),
          })).execute(),
        )
      : await writeCombined(context, {
          shape: 'progress',
          values: { claim: { ...claim }, leaseMs, progress: jsonText(progress) },
          define: (values) =>
            new CombinedWrite()
              .guard('job', (db) =>
                changeFenced(context, db, values.claim, (eb) => ({
                  lease_expires_at: eb(dialect.now(), '+', values.leaseMs),
                  progress: values.progress,
                })),
              )
              .write('event', (db) => appendEventOf(context, db, { type: 'progress', data: sql`${values.progress}` }))
              .answer((db) => db.selectFrom('job').select('job.id')),
        });
  if (rows.length === 0) throw claimLost(claim);
}

/** See `JobStore.publishPreview`. */
export async function publishPreview(context: StoreContext, claim: Claim, preview: PreviewFile): Promise<void> {
  await inTransaction(context, async (trx) => {
    const job = await fenced(context, trx, claim, () => ({ drafts: 1 }));
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

/** See `JobStore.fail`. */
export async function failJob(context: StoreContext, claim: Claim, failure: AttemptFailure): Promise<void> {
  const { code, message, details, crashed, isOutage = false, reports, retryInMs } = failure;
  await inTransaction(context, async (trx) => {
    const job = await fenced(context, trx, claim, (eb) => ({
      ...(reports === undefined || reports.length === 0 ? {} : { drafts: 1 }),
      ...(retryInMs === undefined ? ended(context, 'failed') : queuedAgain(context, eb, retryInMs)),
      failures: eb('jobs.failures', '+', isOutage ? 0 : 1),
      // A reported failure is an end; that something was away is not.
      lost_claims: isOutage ? eb('jobs.lost_claims', '+', 1) : 0,
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
