import type { Delivery } from '../ports/job-queue.ts';
import type { ClaimedJob, ReportFile } from '../ports/job-store.ts';
import type { AttemptOutcome } from '../ports/metrics.ts';
import type { RenderResult } from '../ports/renderer.ts';
import type { Scratch } from '../ports/scratch-space.ts';
import type { Span } from '../ports/tracer.ts';
import { attemptContext, attemptSpan } from './attempt-context.ts';
import { ClaimGuard } from './claim-guard.ts';
import { countStages } from './count-stages.ts';
import { reportsOf } from './job-reports.ts';
import { materialiseInputs } from './materialise-inputs.ts';
import { mergeAndPublish } from './merge/merge-and-publish.ts';
import { isMergeJob, mergeJobType } from './merge/merge-job.ts';
import { runningLimitOf } from './pick-fairly.ts';
import { parseRenderPayload } from './render-job.ts';
import { renderTraced } from './render-traced.ts';
import { startRenditionUploads } from './rendition-uploads.ts';
import { settleFailure } from './settle-failure.ts';
import type { WorkerContext } from './worker-context.ts';

const maxFindings = 50;

/**
 * The life of a job at a worker: claim, fetch, render, upload, complete. Rejects only when the job
 * store does not do what it is asked, so that the delivery comes again.
 */
export async function processJob(worker: WorkerContext, delivery: Delivery, shutdown: AbortSignal): Promise<void> {
  const { jobStore, clock, owner, leaseMs, tracer, maxRunningPerTenant: places } = worker;
  let { logger } = worker;
  try {
    const [startedAt, claimedAt] = [clock.now(), clock.monotonicNow()];
    const limitOf = places === undefined ? undefined : (tenant: string) => runningLimitOf(places, tenant);
    const except = worker.merger === undefined ? [mergeJobType] : [];
    const onLeft = worker.jobLeft;
    const claimed = await jobStore.claim({ jobId: delivery.jobId, owner, leaseMs, limitOf, except, onLeft });
    // Nothing to do: another worker was faster, or the job was cancelled, or the delivery came twice, or its tenant has
    // no place or this worker no merger, and the job is dispatched again.
    if (claimed === undefined) return;
    await tracer.inSpan(attemptSpan(claimed, startedAt), async (span) => {
      const attempt = attemptContext(worker, claimed, span);
      logger = attempt.logger;
      const guard = new ClaimGuard(attempt, claimed.claim, { claimedAt, shutdown });
      try {
        // Only now is it known whose trace the claim belongs to.
        await span.inSpan({ name: 'pubpipe.claim', startedAt }, async () => undefined);
        await runAttempt(attempt, claimed, { guard, shutdown, span });
      } finally {
        // Whatever has happened: a claim that nobody works on must not be renewed.
        await guard.stop();
      }
    });
  } catch (error) {
    logger.error({ err: error, ...delivery }, 'a delivery could not be handled and will come again');
    throw error;
  }
}

interface Attempt {
  readonly guard: ClaimGuard;
  readonly shutdown: AbortSignal;
  readonly span: Span;
}

async function runAttempt(
  worker: WorkerContext,
  claimed: ClaimedJob,
  { guard, shutdown, span }: Attempt,
): Promise<void> {
  const { bus, clock, logger, metrics } = worker;
  const { job, waitedMs } = claimed;
  const { type } = job;
  const startedAt = clock.monotonicNow();
  const tell = (ended: boolean): void => bus.publish({ tenant: job.tenant, jobId: job.id, ended });
  metrics.queueWaited({ type, durationMs: waitedMs });
  logger.debug({ waitedMs }, 'a job was claimed');
  tell(false);
  let outcome: AttemptOutcome = 'lost';
  const reports: ReportFile[] = [];
  try {
    await completeJob(worker, claimed, { guard, reports, onCompleted: () => tell(true) });
    outcome = 'completed';
  } catch (error) {
    span.fail(error);
    await guard.stop();
    outcome = await worker.tracer.inSpan({ name: 'pubpipe.settle' }, () =>
      settleFailure(worker, claimed, { error, shutdown, reports }),
    );
  } finally {
    await guard.stop();
    if (outcome !== 'completed') tell(outcome === 'failed');
    worker.dispatcher.placeFreed(job.tenant);
    const durationMs = clock.monotonicNow() - startedAt;
    span.setAttributes({ 'pubpipe.job.outcome': outcome });
    metrics.attemptEnded({ type, outcome, durationMs });
    if (outcome === 'completed') logger.info({ durationMs }, 'a job has completed');
    // Who cancels a job says so, and of a lost one somebody else knows the end.
    if (outcome === 'completed' || outcome === 'failed') metrics.jobEnded({ type, outcome });
  }
}

interface Completion {
  readonly guard: ClaimGuard;
  /** What a job that fails has to say: files that are whole. */
  readonly reports: ReportFile[];
  readonly onCompleted: () => void;
}

async function completeJob(
  worker: WorkerContext,
  claimed: ClaimedJob,
  { guard, reports, onCompleted }: Completion,
): Promise<void> {
  const scratch = await worker.scratchSpace.open();
  try {
    if (isMergeJob(claimed.job)) await mergeAndPublish(worker, claimed, { guard, scratch, reports });
    else await renderAndPublish(worker, claimed, { guard, scratch });
    onCompleted();
  } finally {
    // The attempt has its own outcome; what is left of the directory is removed when it is old.
    await scratch.close().catch((error: unknown) => {
      worker.logger.warn({ err: error }, 'a scratch directory could not be removed');
    });
  }
}

async function renderAndPublish(
  worker: WorkerContext,
  { claim, job }: ClaimedJob,
  { guard, scratch }: { readonly guard: ClaimGuard; readonly scratch: Scratch },
): Promise<void> {
  const { jobStore, logger, tracer } = worker;
  const { signal } = guard;
  const payload = parseRenderPayload(job);
  const document = await tracer.inSpan({ name: 'pubpipe.materialise' }, () =>
    materialiseInputs(worker, { job, payload, scratch, signal }),
  );
  const onFailure = (error: unknown): void => guard.abort(error);
  const uploads = startRenditionUploads(worker, { claim, scratch, signal, onFailure });
  let uploadsEnd = (): void => {};
  try {
    const { inputDirectory, outputDirectory } = scratch;
    const result = await renderTraced(
      worker,
      { ...payload, inputDirectory, outputDirectory, document },
      { signal, onProgress: guard.report, onRendition: uploads.add },
    );
    // The next job renders while this one's files are uploaded.
    uploadsEnd = worker.uploadsBegin();
    countStages(worker, result);
    logger.debug({ pageCount: result.pageCount, stageMs: result.stageMs }, 'a document was rendered');
    const reports = await uploads.report(reportsOf(result));
    const outputs = await uploads.finish();
    // After this no heartbeat can come behind the completion. Whether the claim still holds, the fence knows.
    await guard.stop();
    await tracer.inSpan({ name: 'pubpipe.complete' }, () =>
      jobStore.complete(claim, { outputs, reports, summary: summaryOf(result) }),
    );
  } catch (error) {
    guard.abort(error);
    // Nobody may read the scratch directory any more when it is removed; the first failure is known.
    await uploads.finish().catch(() => undefined);
    throw error;
  } finally {
    uploadsEnd();
  }
}

/** What the history keeps: of many findings the first ones, the report has all. */
function summaryOf({ pageCount, findings, renderedBy, stageMs }: RenderResult) {
  return { pageCount, findings: findings.slice(0, maxFindings), findingCount: findings.length, renderedBy, stageMs };
}
