import { PubpipeError } from '../errors/pubpipe-error.ts';
import { randomId } from '../job/random-id.ts';
import { type RetryPolicyOptions, resolveRetryPolicy } from '../job/retry-policy.ts';
import type { Pipeline } from '../pipeline/create-pipeline.ts';
import { processJob } from '../pipeline/process-job.ts';
import { RenderSlots } from '../pipeline/render-slots.ts';
import type { WorkerContext } from '../pipeline/worker-context.ts';
import type { Delivery } from '../ports/job-queue.ts';
import type { Renderer } from '../ports/renderer.ts';
import type { ScratchSpace } from '../ports/scratch-space.ts';
import { type SweeperOptions, startSweeper } from './start-sweeper.ts';

/** Options of {@link startWorker}. */
export interface WorkerOptions {
  /** Stays open when the worker is closed. */
  readonly renderer: Renderer;
  readonly scratchSpace: ScratchSpace;
  /** Jobs that may still upload while all places at the renderer are taken by others. @defaultValue 2 */
  readonly uploadAhead?: number | undefined;
  /** How long a claim is valid without a heartbeat, in milliseconds; a heartbeat goes out every third of it. @defaultValue 30_000 */
  readonly leaseMs?: number | undefined;
  /** Transfers to and from the artifact store that one job may have under way. @defaultValue 4 */
  readonly transfersPerJob?: number | undefined;
  readonly retry?: RetryPolicyOptions | undefined;
  readonly sweep?: SweeperOptions | undefined;
}

/** A running worker. */
export interface Worker {
  /**
   * Takes no further job, lets running ones end for `drainTimeoutMs`, then hands them back, and
   * resolves when nothing goes on. What was passed in stays open. Idempotent.
   */
  close(options?: { readonly drainTimeoutMs?: number | undefined }): Promise<void>;
}

/**
 * Starts to process the pipeline's jobs in this process, and to sweep.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range.
 */
export function startWorker<Transaction>(pipeline: Pipeline<Transaction>, options: WorkerOptions): Worker {
  const { uploadAhead = 2 } = options;
  const closing = new AbortController();
  const worker = resolveWorker(pipeline, options, closing.signal);
  const handle = async (delivery: Delivery, shutdown: AbortSignal): Promise<void> => {
    try {
      await processJob(worker, delivery, shutdown);
    } catch (error) {
      worker.logger.error({ err: error, ...delivery }, 'a delivery could not be handled and will come again');
      throw error;
    }
  };
  const consumer = worker.queue.consume(handle, { concurrency: worker.renderer.slots + uploadAhead });
  const sweeper = startSweeper(worker, options.sweep);
  return Object.freeze({
    async close(closeOptions: { readonly drainTimeoutMs?: number | undefined } = {}) {
      closing.abort();
      await consumer.close(closeOptions);
      await sweeper.close();
    },
  });
}

function resolveWorker<Transaction>(
  pipeline: Pipeline<Transaction>,
  options: WorkerOptions,
  closing: AbortSignal,
): WorkerContext {
  const { renderer, scratchSpace, uploadAhead = 2, leaseMs = 30_000, transfersPerJob = 4 } = options;
  for (const [name, value, least] of [
    ['uploadAhead', uploadAhead, 0],
    ['leaseMs', leaseMs, 30],
    ['transfersPerJob', transfersPerJob, 1],
  ] as const) {
    if (Number.isInteger(value) && value >= least) continue;
    throw new PubpipeError('INVALID_INPUT', `${name} must be a whole number from ${least}.`, { details: { value } });
  }
  return Object.freeze({
    ...pipeline.parts,
    dispatcher: pipeline.dispatcher,
    renderer,
    scratchSpace,
    owner: randomId(),
    closing,
    leaseMs,
    retryPolicy: resolveRetryPolicy(options.retry),
    renderSlots: new RenderSlots(renderer.slots),
    transfersPerJob,
  });
}
