/** A message that tells a worker to look at a job. It carries no content: the job row decides. */
export interface Delivery {
  readonly jobId: string;
  /** Which dispatch of the job this is; it goes up with each. */
  readonly dispatch: number;
  /** Higher goes first. */
  readonly priority: number;
}

/** A delivery's name: unique for ever, free of `:`, so that a queue which remembers names never drops a new one. */
export function dispatchId(delivery: Pick<Delivery, 'jobId' | 'dispatch'>): string {
  return `${delivery.jobId}-${delivery.dispatch}`;
}

/** Handles one delivery. It rejects only if the delivery must come again. */
export type DeliveryHandler = (delivery: Delivery, signal: AbortSignal) => Promise<void>;

/** Options of {@link JobQueue.consume}. */
export interface ConsumeOptions {
  /** Handlers that may run at once. @defaultValue 1 */
  readonly concurrency?: number | undefined;
}

/** A running consumer. It takes a delivery only when its handler can begin, and leaves the others to other consumers. */
export interface QueueConsumer {
  /**
   * Changes how many handlers may run at once. Those that run are not disturbed.
   *
   * @throws PubpipeError `INVALID_INPUT` when it is not a whole number from 1.
   */
  setConcurrency(concurrency: number): void;

  /**
   * Takes no further delivery, lets running handlers end for `drainTimeoutMs` (0 where nothing is said,
   * at most 2³¹ - 1), then aborts their signal, and resolves when all have ended. Called again, it only
   * can make the time shorter.
   */
  close(options?: { readonly drainTimeoutMs?: number | undefined }): Promise<void>;
}

/**
 * Wakes workers. Deliveries may be lost, repeated or come late; the job store makes that harmless.
 * There is no delay and no retry: core owns both.
 */
export interface JobQueue {
  /**
   * Hands a delivery to some consumer. Enqueueing the same dispatch again while it waits is harmless.
   *
   * @throws PubpipeError `QUEUE_UNAVAILABLE` when the queue can't be reached.
   * @throws PubpipeError `CANCELLED` when `signal` aborts first: then nobody knows whether it was handed over.
   * @throws PubpipeError `CLOSED` after `close`.
   */
  enqueue(delivery: Delivery, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;

  /**
   * Whether a delivery is waiting or being handled.
   *
   * @throws PubpipeError `QUEUE_UNAVAILABLE` when the queue can't say: then nobody may conclude anything.
   */
  has(dispatchId: string): Promise<boolean>;

  /** Starts to handle deliveries: higher priority first, then in the order they came. */
  consume(handler: DeliveryHandler, options?: ConsumeOptions): QueueConsumer;

  /** Deliveries that wait, without those being handled. */
  size(): Promise<number>;

  /** Ends all consumers and releases what the queue itself opened. Idempotent. */
  close(): Promise<void>;
}
