import type { ExpressionBuilder } from 'kysely';
import { checkWholeNumbers } from '../errors/check-numbers.ts';
import type { ArtifactKey } from '../ports/artifact-key.ts';
import type { SweepOptions, SweepResult } from '../ports/job-store.ts';
import { appendEvent } from './append-event.ts';
import type { PubpipeDatabase } from './database.ts';
import { discardPreviews } from './job-outputs.ts';
import { ended, poisoned, queuedAgain } from './job-row-changes.ts';
import { jsonText } from './json-text.ts';
import { type Connection, inTransaction, type StoreContext } from './store-context.ts';

const recoveredColumns = ['id', 'tenant', 'type', 'attempt', 'correlation_id', 'event_seq'] as const;

/** See `JobStore.sweep`. */
export async function sweep(context: StoreContext, options: SweepOptions): Promise<SweepResult> {
  checkWholeNumbers({ limit: options.limit }, { least: 1, most: 1_000 });
  return await inTransaction(context, async (trx) => {
    const given = await endPoisonedJobs(context, trx, options);
    const requeued = await requeueLostJobs(context, trx, options);
    const recovered = [...given, ...requeued];
    await discardPreviews(
      context,
      trx,
      recovered.map(({ id }) => id),
    );
    await condemnArtifacts(context, trx, options);
    return {
      recovered: recovered.map(({ id, tenant, type, status, attempt, correlation_id }) => ({
        id,
        tenant,
        type,
        status,
        attempt: Number(attempt),
        correlationId: correlation_id ?? undefined,
      })),
      deletable: await findDeletable(context, trx, options),
    };
  });
}

/** Ends jobs that workers claimed again and again without reporting anything: they may be what kills the workers. */
async function endPoisonedJobs(context: StoreContext, trx: Connection, { limit, maxClaims }: SweepOptions) {
  const { code, message, details } = poisoned(maxClaims);
  const jobs = await trx
    .with('lost', () => lostJobs(context, trx, limit).where('jobs.lost_claims', '>=', maxClaims - 1))
    .updateTable(context.from.jobs)
    .set((eb) => ({
      ...ended(context, 'failed'),
      error_code: code,
      error_message: message,
      error_details: jsonText(details),
      event_seq: eb('jobs.event_seq', '+', 1),
      updated_at: context.dialect.now(),
    }))
    .where('jobs.id', 'in', (eb) => eb.selectFrom('lost').select('lost.id'))
    .where(isLost(context))
    .returning(recoveredColumns)
    .execute();
  await appendEvent(context, trx, jobs, 'failed', { code, message, details });
  return jobs.map((job) => ({ ...job, status: 'failed' as const }));
}

async function requeueLostJobs(context: StoreContext, trx: Connection, { limit }: SweepOptions) {
  const jobs = await trx
    .with('lost', () => lostJobs(context, trx, limit))
    .updateTable(context.from.jobs)
    .set((eb) => ({
      ...queuedAgain(context, eb),
      lost_claims: eb('jobs.lost_claims', '+', 1),
      event_seq: eb('jobs.event_seq', '+', 1),
      updated_at: context.dialect.now(),
    }))
    .where('jobs.id', 'in', (eb) => eb.selectFrom('lost').select('lost.id'))
    .where(isLost(context))
    .returning(recoveredColumns)
    .execute();
  await appendEvent(context, trx, jobs, 'requeued', { reason: 'lease expired' });
  return jobs.map((job) => ({ ...job, status: 'queued' as const }));
}

// As a subselect of the UPDATE, PostgreSQL may run it for each row, and lock others than it did before.
function lostJobs(context: StoreContext, trx: Connection, limit: number) {
  const lost = trx.selectFrom(context.from.jobs).select('jobs.id').where(isLost(context)).limit(limit);
  return context.dialect.lockFreeRows(lost);
}

// PostgreSQL does not run a subselect again after it has waited for a row that somebody else changed
// meanwhile. So the condition stands in the UPDATE as well, here and below.
function isLost({ dialect }: StoreContext) {
  return (eb: ExpressionBuilder<PubpipeDatabase, 'jobs'>) =>
    eb.and([eb('jobs.status', '=', 'running'), eb('jobs.lease_expires_at', '<', dialect.now())]);
}

/** Hands abandoned and expired artifacts to deletion. A job that uses an artifact has ended its expiry. */
async function condemnArtifacts(context: StoreContext, trx: Connection, { limit, abandonedAfterMs }: SweepOptions) {
  const { dialect, from } = context;
  const isAbandoned = (eb: ExpressionBuilder<PubpipeDatabase, 'artifacts'>) =>
    eb.and([
      eb('artifacts.state', '=', 'pending'),
      eb('artifacts.created_at', '<', eb(dialect.now(), '-', abandonedAfterMs)),
    ]);
  const isExpired = (eb: ExpressionBuilder<PubpipeDatabase, 'artifacts'>) =>
    eb.and([eb('artifacts.state', '=', 'ready'), eb('artifacts.expires_at', '<', dialect.now())]);
  for (const isCondemned of [isAbandoned, isExpired]) {
    await trx
      .with('condemned', () =>
        dialect.seizeFreeRows(trx.selectFrom(from.artifacts).select('artifacts.id').where(isCondemned).limit(limit)),
      )
      .updateTable(from.artifacts)
      .set({ state: 'deleting' })
      .where('artifacts.id', 'in', (eb) => eb.selectFrom('condemned').select('condemned.id'))
      .where(isCondemned)
      .execute();
  }
}

/**
 * Content is deleted twice, the second time `keepDeletedMs` after the first: an upload that was
 * taken for abandoned may still have been writing.
 */
async function findDeletable({ dialect, from }: StoreContext, trx: Connection, { limit, keepDeletedMs }: SweepOptions) {
  const deleting = () =>
    trx
      .selectFrom(from.artifacts)
      .select(['artifacts.id', 'artifacts.storage_key', 'artifacts.deleted_at'])
      .where('artifacts.state', '=', 'deleting')
      .limit(limit);
  const first = deleting().where('artifacts.deleted_at', 'is', null);
  const second = deleting()
    .where((eb) => eb('artifacts.deleted_at', '<', eb(dialect.now(), '-', keepDeletedMs)))
    .orderBy('artifacts.deleted_at');
  // Two statements, because no index serves both conditions in one.
  const rows = [...(await first.execute()), ...(await second.execute())];
  return rows.map((row) => ({
    artifactId: row.id,
    storageKey: row.storage_key as ArtifactKey,
    deletedBefore: row.deleted_at !== null,
  }));
}

/** See `JobStore.confirmDeleted`. After the second time the row goes too, unless a job refers to it. */
export async function confirmDeleted(
  context: StoreContext,
  { artifactId, deletedBefore }: { readonly artifactId: string; readonly deletedBefore: boolean },
): Promise<void> {
  const { dialect, from } = context;
  const deleting = (trx: Connection) =>
    trx
      .updateTable(from.artifacts)
      .where('artifacts.id', '=', artifactId)
      .where('artifacts.state', '=', 'deleting')
      .where('artifacts.deleted_at', deletedBefore ? 'is not' : 'is', null);
  await inTransaction(context, async (trx) => {
    if (!deletedBefore) {
      await deleting(trx).set({ deleted_at: dialect.now() }).execute();
      return;
    }
    await deleting(trx).set({ state: 'deleted' }).execute();
    const jobs = trx.selectFrom(from.jobs).select('jobs.id').where('jobs.input_artifact_id', '=', artifactId);
    const links = trx
      .selectFrom(from.job_artifacts)
      .select('job_artifacts.job_id')
      .where('job_artifacts.artifact_id', '=', artifactId);
    await trx
      .deleteFrom(from.artifacts)
      .where('artifacts.id', '=', artifactId)
      .where('artifacts.state', '=', 'deleted')
      .where((eb) => eb.not(eb.or([eb.exists(jobs), eb.exists(links)])))
      .execute();
  });
}
