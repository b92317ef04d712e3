import type { Delivery } from '../ports/job-queue.ts';
import type { ClaimedJob } from '../ports/job-store.ts';
import type { AttemptOutcome } from '../ports/metrics.ts';
import type { RenderResult, RenderStage } from '../ports/renderer.ts';
import type { Scratch } from '../ports/scratch-space.ts';
import { ClaimGuard } from './claim-guard.ts';
import { reportsOf } from './job-reports.ts';
import { materialiseInputs } from './materialise-inputs.ts';
import { runningLimitOf } from './pick-fairly.ts';
import { parseRenderPayload } from './render-job.ts';
import { startRenditionUploads } from './rendition-uploads.ts';
import { settleFailure } from './settle-failure.ts';
import type { WorkerContext } from './worker-context.ts';

const maxFindings = 50;

/**
 * The life of a job at a worker: claim, fetch, render, upload, complete. Rejects only when the job
 * store does not do what it is asked, so that the delivery comes again.
 */
export async function processJob(worker: WorkerContext, delivery: Delivery, shutdown: AbortSignal): Promise<void> {
  const { jobStore, clock, owner, leaseMs, maxRunningPerTenant: places } = worker;
  const claimedAt = clock.monotonicNow();
  const limitOf = places === undefined ? undefined : (tenant: string) => runningLimitOf(places, tenant);
  const claimed = await jobStore.claim({ jobId: delivery.jobId, owner, leaseMs, limitOf });
  // Nothing to do: another worker was faster, or the job was cancelled, or the delivery came twice, or its tenant has
  // no place and the job is dispatched again when there is one.
  if (claimed === undefined) return;
  const guard = new ClaimGuard(worker, claimed.claim, { claimedAt, shutdown });
  try {
    await runAttempt(worker, claimed, { guard, shutdown });
  } finally {
    // Whatever has happened: a claim that nobody works on must not be renewed.
    await guard.stop();
  }
}

interface Attempt {
  readonly guard: ClaimGuard;
  readonly shutdown: AbortSignal;
}

async function runAttempt(worker: WorkerContext, claimed: ClaimedJob, { guard, shutdown }: Attempt): Promise<void> {
  const { bus, clock, metrics } = worker;
  const { job, waitedMs } = claimed;
  const startedAt = clock.monotonicNow();
  const tell = (ended: boolean): void => bus.publish({ tenant: job.tenant, jobId: job.id, ended });
  metrics.queueWaited({ type: job.type, durationMs: waitedMs });
  tell(false);
  let outcome: AttemptOutcome = 'lost';
  try {
    await completeJob(worker, claimed, { guard, onCompleted: () => tell(true) });
    outcome = 'completed';
  } catch (error) {
    await guard.stop();
    outcome = await settleFailure(worker, claimed, { error, shutdown });
  } finally {
    await guard.stop();
    if (outcome !== 'completed') tell(outcome === 'failed');
    worker.dispatcher.placeFreed(job.tenant);
    metrics.attemptEnded({ type: job.type, outcome, durationMs: clock.monotonicNow() - startedAt });
  }
}

async function completeJob(
  worker: WorkerContext,
  claimed: ClaimedJob,
  { guard, onCompleted }: { readonly guard: ClaimGuard; readonly onCompleted: () => void },
): Promise<void> {
  const scratch = await worker.scratchSpace.open();
  try {
    await renderAndPublish(worker, claimed, { guard, scratch });
    onCompleted();
  } finally {
    // The attempt has its own outcome; what is left of the directory is removed when it is old.
    await scratch.close().catch((error: unknown) => {
      worker.logger.warn({ err: error, jobId: claimed.job.id }, 'a scratch directory could not be removed');
    });
  }
}

async function renderAndPublish(
  worker: WorkerContext,
  { claim, job }: ClaimedJob,
  { guard, scratch }: { readonly guard: ClaimGuard; readonly scratch: Scratch },
): Promise<void> {
  const { signal } = guard;
  const payload = parseRenderPayload(job);
  const document = await materialiseInputs(worker, { job, payload, scratch, signal });
  const onFailure = (error: unknown): void => guard.abort(error);
  const uploads = startRenditionUploads(worker, { claim, scratch, signal, onFailure });
  let uploadsEnd = (): void => {};
  try {
    const { inputDirectory, outputDirectory } = scratch;
    const result = await worker.renderer.render(
      { ...payload, inputDirectory, outputDirectory, document },
      { signal, onProgress: guard.report, onRendition: uploads.add },
    );
    // The next job renders while this one's files are uploaded.
    uploadsEnd = worker.uploadsBegin();
    countStages(worker, result);
    const reports = await uploads.report(reportsOf(result));
    const outputs = await uploads.finish();
    // After this no heartbeat can come behind the completion. Whether the claim still holds, the fence knows.
    await guard.stop();
    await worker.jobStore.complete(claim, { outputs, reports, summary: summaryOf(result) });
  } catch (error) {
    guard.abort(error);
    // Nobody may read the scratch directory any more when it is removed; the first failure is known.
    await uploads.finish().catch(() => undefined);
    throw error;
  } finally {
    uploadsEnd();
  }
}

function countStages({ metrics }: WorkerContext, { stageMs }: RenderResult): void {
  for (const [stage, durationMs] of Object.entries(stageMs)) {
    metrics.stageEnded({ stage: stage as RenderStage, durationMs });
  }
}

/** What the history keeps: of many findings the first ones, the report has all. */
function summaryOf({ pageCount, findings, renderedBy, stageMs }: RenderResult) {
  return { pageCount, findings: findings.slice(0, maxFindings), findingCount: findings.length, renderedBy, stageMs };
}
