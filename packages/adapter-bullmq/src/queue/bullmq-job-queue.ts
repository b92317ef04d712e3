import {
  type ConsumeOptions,
  checkWholeNumbers,
  type Delivery,
  type DeliveryHandler,
  dispatchId,
  type JobQueue,
  PubpipeError,
  type QueueConsumer,
} from '@pubpipe/core';
import { duplicateForCommands, duplicateForWorker, type Redis } from '../redis/duplicate-connection.ts';
import { BoundedCalls } from './bounded-calls.ts';
import {
  type BullMQQueue,
  type BullMQTarget,
  endBlockedCall,
  openBullMQQueue,
  openBullMQWorker,
} from './bullmq-classes.ts';
import { BullMQConsumer } from './bullmq-consumer.ts';
import {
  type BullMQJobQueueOptions,
  type CompleteSettings,
  resolveBullMQJobQueueOptions,
} from './bullmq-job-queue-options.ts';
import { toBullMQPriority } from './to-bullmq-priority.ts';

/**
 * Makes a queue on BullMQ 5 or 6, which connects in the background. BullMQ's attempts, backoff and delays
 * are not used: core decides what happens to a job.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range.
 */
export function createBullMQJobQueue(options: BullMQJobQueueOptions): JobQueue {
  return new BullMQJobQueue(options);
}

/** A connection of ours and how to end it, or one that BullMQ makes itself. */
interface OpenedTarget {
  readonly target: BullMQTarget;
  readonly disconnect: () => void;
}

class BullMQJobQueue implements JobQueue {
  readonly #options: BullMQJobQueueOptions;
  readonly #settings: CompleteSettings;
  readonly #calls: BoundedCalls;
  readonly #consumers = new Set<BullMQConsumer>();
  readonly #queue: BullMQQueue;
  readonly #disconnect: () => void;
  #closed: Promise<void> | undefined;

  constructor(options: BullMQJobQueueOptions) {
    this.#options = options;
    this.#settings = resolveBullMQJobQueueOptions(options);
    const { callTimeoutMs: timeoutMs, maxCallsUnderWay: maxUnderWay } = this.#settings;
    this.#calls = new BoundedCalls({ timeoutMs, maxUnderWay });
    const { target, disconnect } = this.#open(duplicateForCommands);
    this.#disconnect = disconnect;
    this.#queue = openBullMQQueue(target);
    this.#queue.on('error', (error) => this.#warn(error));
  }

  async enqueue(delivery: Delivery, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    this.#checkOpen();
    const { jobId, dispatch, priority } = delivery;
    const options = {
      jobId: dispatchId(delivery),
      priority: toBullMQPriority(priority),
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: true,
    } as const;
    await this.#calls.make(() => this.#queue.add('delivery', { jobId, dispatch, priority }, options), signal);
  }

  async has(id: string): Promise<boolean> {
    const state = await this.#calls.make(() => this.#queue.getJobState(id));
    return state !== 'unknown' && state !== 'completed' && state !== 'failed';
  }

  async size(): Promise<number> {
    return await this.#calls.make(() => this.#queue.getJobCountByTypes('waiting', 'prioritized'));
  }

  consume(handler: DeliveryHandler, { concurrency = 1 }: ConsumeOptions = {}): QueueConsumer {
    this.#checkOpen();
    checkWholeNumbers({ concurrency }, { least: 1 });
    const { target, disconnect } = this.#open(duplicateForWorker);
    const worker = openBullMQWorker(target, this.#settings);
    const consumer = new BullMQConsumer({
      ...this.#settings,
      worker,
      endBlockedCall: () => endBlockedCall(target, worker),
      disconnect,
      handler,
      concurrency,
      calls: this.#calls,
      closed: () => this.#consumers.delete(consumer),
    });
    this.#consumers.add(consumer);
    return consumer;
  }

  async close(): Promise<void> {
    this.#closed ??= this.#end();
    await this.#closed;
  }

  async #end(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    // A server that is away needs no goodbye: the connection is cut.
    await this.#calls.make(() => this.#queue.close()).catch((error: unknown) => this.#warn(error));
    this.#disconnect();
  }

  #open(duplicate: (connection: Redis) => Redis): OpenedTarget {
    const { queueName: name, logger } = this.#settings;
    if ('backend' in this.#options) {
      const { connection, backend } = this.#options;
      return { target: { name, connection, backend }, disconnect: () => undefined };
    }
    const connection = duplicate(this.#options.connection);
    // It connects again by itself; without a listener the process would end.
    connection.on('error', (error: Error) => logger.warn({ err: error }, 'the connection of the queue is lost'));
    const target = { name, connection, prefix: this.#options.prefix ?? 'pubpipe' };
    return { target, disconnect: () => connection.disconnect() };
  }

  #warn(error: unknown): void {
    this.#settings.logger.warn({ err: error }, 'the queue reports an error');
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new PubpipeError('CLOSED', 'The queue has been closed.');
  }
}
