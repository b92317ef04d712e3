import { createPipeline, type JobStore, type PipelineOptions } from '@pubpipe/core';
import { startWorker, type Worker, type WorkerOptions } from '@pubpipe/core/worker';
import { createRedisEventBus } from './bus/redis-event-bus.ts';
import { createBullMQJobQueue } from './queue/bullmq-job-queue.ts';
import type { BullMQOnRedis } from './queue/bullmq-job-queue-options.ts';

/** Options of {@link startBullMQWorker}: those of the queue, of a pipeline and of a worker. */
export interface BullMQWorkerOptions
  extends BullMQOnRedis,
    WorkerOptions,
    Omit<PipelineOptions, 'jobStore' | 'queue' | 'bus' | 'logger'> {
  readonly jobStore: JobStore;
}

/**
 * Starts a worker on Redis in a process that accepts no jobs itself: queue, event bus and pipeline in one
 * call. It renders as many jobs at once as the renderer has slots. `close` also ends what was opened here;
 * what was passed in stays open.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range.
 */
export function startBullMQWorker(options: BullMQWorkerOptions): Worker {
  const queue = createBullMQJobQueue(options);
  const bus = createRedisEventBus(options);
  const closeBoth = () => Promise.all([queue.close(), bus.close()]);
  try {
    const pipeline = createPipeline({ ...options, queue, bus });
    const worker = startWorker(pipeline, options);
    return Object.freeze({
      async close(closeOptions: { readonly drainTimeoutMs?: number | undefined } = {}) {
        try {
          await worker.close(closeOptions);
        } finally {
          await pipeline.close();
          await closeBoth();
        }
      },
    });
  } catch (error) {
    // Neither rejects. Their connections would keep the process alive.
    void closeBoth();
    throw error;
  }
}
