import { checkTimes, checkWholeNumbers } from '../errors/check-numbers.ts';
import { randomId } from '../job/random-id.ts';
import { type RetryPolicyOptions, resolveRetryPolicy } from '../job/retry-policy.ts';
import type { Pipeline } from '../pipeline/create-pipeline.ts';
import { createLeftJobNotice } from '../pipeline/left-jobs.ts';
import { processJob } from '../pipeline/process-job.ts';
import type { WorkerContext } from '../pipeline/worker-context.ts';
import type { Merger } from '../ports/merger.ts';
import type { PdfJoiner } from '../ports/pdf-joiner.ts';
import type { Renderer } from '../ports/renderer.ts';
import type { ScratchSpace } from '../ports/scratch-space.ts';
import { resolveSweeperOptions, type SweeperOptions, startSweeper } from './start-sweeper.ts';
import { UploadAhead } from './upload-ahead.ts';

/** Options of {@link startWorker}. */
export interface WorkerOptions {
  /** Stays open when the worker is closed. */
  readonly renderer: Renderer;
  readonly scratchSpace: ScratchSpace;
  /** Fills templates with records. @defaultValue none: merges are left to other workers */
  readonly merger?: Merger | undefined;
  /** Makes one PDF of the records'. @defaultValue none: a merge that is asked for one fails with `RENDERER_UNAVAILABLE` */
  readonly pdfJoiner?: PdfJoiner | undefined;
  /**
   * Bytes of the PDFs that are joined to one: they and what is made of them, about three times as much in all, lie on the
   * disk of the scratch space at the same time. More fail the merge with `RENDER_LIMIT`. @defaultValue 4_294_967_296 (4 GiB)
   */
  readonly maxMergedBytes?: number | undefined;
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
   * resolves when nothing goes on. What was passed in stays open. Called again, it can only make the
   * time shorter.
   */
  close(options?: { readonly drainTimeoutMs?: number | undefined }): Promise<void>;
}

/**
 * Starts to process the pipeline's jobs in this process, and to sweep.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range.
 */
export function startWorker<Transaction>(pipeline: Pipeline<Transaction>, options: WorkerOptions): Worker {
  const { renderer, merger, pdfJoiner, maxMergedBytes = 4 * 1024 ** 3 } = options;
  const { scratchSpace, uploadAhead = 2, leaseMs = 30_000, transfersPerJob = 4 } = options;
  checkWholeNumbers({ uploadAhead }, { least: 0 });
  checkWholeNumbers({ transfersPerJob, 'renderer.slots': renderer.slots }, { least: 1 });
  checkWholeNumbers({ maxMergedBytes }, { least: 1 });
  checkTimes({ leaseMs }, { least: 30 });
  const sweeperSettings = resolveSweeperOptions(options.sweep);
  const closing = new AbortController();
  const ahead = new UploadAhead(renderer.slots, uploadAhead, () => consumer);
  const worker: WorkerContext = Object.freeze({
    ...pipeline.parts,
    dispatcher: pipeline.dispatcher,
    renderer,
    merger,
    jobLeft: createLeftJobNotice(pipeline.parts),
    pdfJoiner,
    maxMergedBytes,
    scratchSpace,
    owner: randomId(),
    closing: closing.signal,
    leaseMs,
    maxClaims: sweeperSettings.maxClaims,
    retryPolicy: resolveRetryPolicy(options.retry),
    uploadsBegin: ahead.begin,
    transfersPerJob,
  });
  const consumer = worker.queue.consume((delivery, shutdown) => processJob(worker, delivery, shutdown), {
    concurrency: renderer.slots,
  });
  const sweeper = startSweeper(worker, sweeperSettings);
  return Object.freeze({
    async close(closeOptions: { readonly drainTimeoutMs?: number | undefined } = {}) {
      closing.abort();
      try {
        await consumer.close(closeOptions);
      } finally {
        await sweeper.close();
      }
    },
  });
}
