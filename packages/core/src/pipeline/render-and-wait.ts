import { checkTimes } from '../errors/check-numbers.ts';
import { cancelled, isPubpipeError, PubpipeError, throwIfCancelled } from '../errors/pubpipe-error.ts';
import type { JobView } from '../job/job.ts';
import type { JobEvent } from '../job/job-event.ts';
import { isEnded } from '../job/job-status.ts';
import type { Pipeline } from './create-pipeline.ts';
import type { RenderJobRequest } from './render-job.ts';

/** How to wait for a job. */
export interface RenderAndWaitOptions {
  /** Ends the wait, and cancels the job if this call has created it. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each event of the job, in order. What it throws ends the wait, not the job. */
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
  /** Longest wait, in milliseconds; the job goes on after it. @defaultValue 600_000 */
  readonly timeoutMs?: number | undefined;
}

/** Submits a job and waits for its end. */
export async function renderAndWait(
  pipeline: JobFollower,
  request: RenderJobRequest,
  { signal, onEvent, timeoutMs = 600_000 }: RenderAndWaitOptions,
): Promise<JobView> {
  checkTimes({ timeoutMs }, { least: 1 });
  throwIfCancelled(signal);
  const { job, created } = await pipeline.submit(request);
  const deadline = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const ended = await followToEnd(pipeline, job, { signal: either, onEvent }).catch(async (error: unknown) => {
    if (signal?.aborted === true) {
      // Somebody else waits for a job that was submitted before under the same idempotency key.
      if (created) await cancelUnlessEnded(pipeline, job);
      throw cancelled(signal);
    }
    if (!deadline.aborted) throw error;
    throw new PubpipeError('RENDER_TIMEOUT', `The job has not ended within ${timeoutMs} ms; it goes on.`, {
      details: { jobId: job.id, stage: 'waiting', timeoutMs },
      cause: error,
    });
  });
  if (ended.status === 'completed') return ended;
  const details = { jobId: ended.id, ...ended.error?.details };
  if (ended.error !== undefined) throw new PubpipeError(ended.error.code, ended.error.message, { details });
  throw new PubpipeError('CANCELLED', 'The job was cancelled.', { details });
}

type JobFollower = Pick<Pipeline, 'submit' | 'follow' | 'cancel' | 'get'>;

/** Follows a job until it is read as ended: one that was retried by hand goes on after an end. */
async function followToEnd(
  pipeline: JobFollower,
  job: JobView,
  { signal, onEvent }: { readonly signal: AbortSignal; readonly onEvent: RenderAndWaitOptions['onEvent'] },
): Promise<JobView> {
  let after = 0;
  for (;;) {
    for await (const event of pipeline.follow(job, { signal, after })) {
      after = event.seq;
      onEvent?.(event);
    }
    const now = await pipeline.get(job);
    if (isEnded(now.status)) return now;
  }
}

async function cancelUnlessEnded(pipeline: JobFollower, job: JobView): Promise<void> {
  try {
    await pipeline.cancel(job);
  } catch (error) {
    // It ended before it could be cancelled: the caller hears of the cancellation either way.
    if (!(isPubpipeError(error) && error.code === 'ILLEGAL_TRANSITION')) throw error;
  }
}
