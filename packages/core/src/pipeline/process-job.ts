import type { Delivery } from '../ports/job-queue.ts';
import type { ClaimedJob } from '../ports/job-store.ts';
import type { AttemptOutcome } from '../ports/metrics.ts';
import type { RenderResult, RenderStage } from '../ports/renderer.ts';
import { ClaimGuard } from './claim-guard.ts';
import { materialiseInputs } from './materialise-inputs.ts';
import { parseRenderPayload } from './render-job.ts';
import type { RenderSlot } from './render-slots.ts';
import { startRenditionUploads } from './rendition-uploads.ts';
import { settleFailure } from './settle-failure.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * The life of a job at a worker: claim, fetch, render, upload, complete. Rejects only when the job
 * store can't be reached, so that the delivery comes again.
 */
export async function processJob(worker: WorkerContext, delivery: Delivery, shutdown: AbortSignal): Promise<void> {
  const { jobStore, owner, leaseMs } = worker;
  // Claimed only once a render can start: a job that waits for a place waits in the queue, not under a lease.
  const slot = await worker.renderSlots.take();
  try {
    // Another worker shall have it at once, not when the queue is found to have lost it.
    if (worker.closing.aborted) return await jobStore.redispatch(delivery);
    const claimed = await jobStore.claim({ jobId: delivery.jobId, owner, leaseMs });
    // Nothing to do: another worker was faster, or the job was cancelled, or the delivery came twice.
    if (claimed !== undefined) await runAttempt(worker, claimed, { slot, shutdown });
  } finally {
    slot.free();
  }
}

async function runAttempt(
  worker: WorkerContext,
  claimed: ClaimedJob,
  { slot, shutdown }: { readonly slot: RenderSlot; readonly shutdown: AbortSignal },
): Promise<void> {
  const { bus, clock, metrics } = worker;
  const { claim, job, waitedMs } = claimed;
  const startedAt = clock.monotonicNow();
  metrics.queueWaited({ type: job.type, durationMs: waitedMs });
  bus.publish({ tenant: job.tenant, jobId: job.id, ended: false });
  const guard = new ClaimGuard(worker, claim, shutdown);
  let outcome: AttemptOutcome = 'lost';
  try {
    await completeJob(worker, claimed, { guard, slot });
    outcome = 'completed';
  } catch (error) {
    await guard.stop();
    outcome = await settleFailure(worker, claimed, { error, shutdown });
  } finally {
    await guard.stop();
    bus.publish({ tenant: job.tenant, jobId: job.id, ended: outcome === 'completed' || outcome === 'failed' });
    metrics.attemptEnded({ type: job.type, outcome, durationMs: clock.monotonicNow() - startedAt });
  }
}

async function completeJob(
  worker: WorkerContext,
  { claim, job }: ClaimedJob,
  { guard, slot }: { readonly guard: ClaimGuard; readonly slot: RenderSlot },
): Promise<void> {
  const { signal } = guard;
  const payload = parseRenderPayload(job);
  const scratch = await worker.scratchSpace.open();
  try {
    const document = await materialiseInputs(worker, { job, payload, scratch, signal });
    const uploads = startRenditionUploads(worker, {
      claim,
      scratch,
      signal,
      onFailure: (error) => guard.abort(error),
    });
    try {
      const { inputDirectory, outputDirectory } = scratch;
      const result = await worker.renderer.render(
        { ...payload, inputDirectory, outputDirectory, document },
        { signal, onProgress: guard.report, onRendition: uploads.add },
      );
      // The next job renders while this one's files are uploaded.
      slot.free();
      countStages(worker, result);
      const outputs = await uploads.finish();
      // After this no heartbeat can come behind the completion. Whether the claim still holds, the fence knows.
      await guard.stop();
      await worker.jobStore.complete(claim, { outputs, summary: summaryOf(result) });
    } catch (error) {
      // Nobody may read the scratch directory any more when it is removed.
      guard.abort(error);
      await uploads.finish().catch(() => undefined);
      throw error;
    }
  } finally {
    await scratch.close();
  }
}

function countStages({ metrics }: WorkerContext, { stageMs }: RenderResult): void {
  for (const [stage, durationMs] of Object.entries(stageMs)) {
    metrics.stageEnded({ stage: stage as RenderStage, durationMs });
  }
}

function summaryOf({ pageCount, findings, renderedBy, stageMs }: RenderResult) {
  return { pageCount, findings, renderedBy, stageMs };
}
