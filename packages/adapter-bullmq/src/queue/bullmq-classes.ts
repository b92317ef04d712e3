import type { Delivery } from '@pubpipe/core';
import { Queue, Worker } from 'bullmq';

// What is used of BullMQ, as both of its versions have it. The types of the test suite hold it against theirs.

/** A job as BullMQ hands it to a worker. */
export interface BullMQJob {
  readonly data: Delivery;
  /** Ends it; it is removed. */
  moveToCompleted(returnValue: null, token: string, fetchNext: false): Promise<unknown>;
  /** Puts it back, to the head of its priority. */
  moveToWait(token: string): Promise<unknown>;
  extendLock(token: string, durationMs: number): Promise<unknown>;
}

/** Where BullMQ's jobs are added and asked for. */
export interface BullMQQueue {
  add(name: string, data: Delivery, options: BullMQJobOptions): Promise<unknown>;
  getJobState(jobId: string): Promise<string>;
  getJobCountByTypes(...types: ('waiting' | 'prioritized')[]): Promise<number>;
  close(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** What takes BullMQ's jobs, one by one, as we ask for them. */
export interface BullMQWorker {
  getNextJob(token: string, options: { readonly block: boolean }): Promise<BullMQJob | undefined>;
  startStalledCheckTimer(): Promise<void>;
  /** Resolves when its connections are there. */
  waitUntilReady(): Promise<unknown>;
  close(force: boolean): Promise<void>;
  /** BullMQ 5 has none. */
  readonly backend?: {
    /** Ends a call that is blocked, and lets none block any more. */
    disconnectBlocking(wait: boolean): Promise<void>;
  };
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** How our jobs are added. */
export interface BullMQJobOptions {
  readonly jobId: string;
  readonly priority: number;
  readonly attempts: 1;
  readonly removeOnComplete: true;
  readonly removeOnFail: true;
}

/** Where a queue is. */
export interface BullMQTarget {
  readonly name: string;
  readonly connection: unknown;
  readonly prefix?: string | undefined;
  /** BullMQ 6's factory of another backend than Redis. */
  readonly backend?: unknown;
}

type Constructor<Instance> = new (...args: readonly unknown[]) => Instance;

/** What BullMQ is told of a queue. */
export function toQueueOptions({ connection, prefix }: Pick<BullMQTarget, 'connection' | 'prefix'>) {
  return { connection, ...(prefix === undefined ? {} : { prefix }) };
}

/** Opens the producer's side. */
export function openBullMQQueue({ name, backend, ...target }: BullMQTarget): BullMQQueue {
  return new (Queue as unknown as Constructor<BullMQQueue>)(
    name,
    toQueueOptions(target),
    ...(backend ? [backend] : []),
  );
}

/** How a worker keeps what it has taken. Times are in milliseconds. */
export interface BullMQWorkerSettings {
  readonly lockDurationMs: number;
  readonly stalledIntervalMs: number;
}

/** What BullMQ is told of a worker that takes nothing by itself. */
export function toWorkerOptions(
  target: Pick<BullMQTarget, 'connection' | 'prefix'>,
  { lockDurationMs, stalledIntervalMs }: BullMQWorkerSettings,
) {
  return {
    ...toQueueOptions(target),
    autorun: false,
    // What is handed back wakes nobody who is blocked: this is the longest that it lies, in seconds.
    drainDelay: 1,
    lockDuration: lockDurationMs,
    stalledInterval: stalledIntervalMs,
    // BullMQ would fail a job that was lost too often; here the job's row decides that.
    maxStalledCount: 2 ** 31 - 1,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  };
}

/** Opens a worker that takes nothing by itself. */
export function openBullMQWorker(target: BullMQTarget, settings: BullMQWorkerSettings): BullMQWorker {
  const { name, backend } = target;
  const options = toWorkerOptions(target, settings);
  return new (Worker as unknown as Constructor<BullMQWorker>)(name, null, options, ...(backend ? [backend] : []));
}

/**
 * Ends the call of a worker that is blocked until there is a delivery. On Redis its `close` does that, and what it has
 * taken meanwhile can still be handed back: the connection is ours. Another backend's `close` ends that connection, and
 * leaves one open that is still being made: so there `close` comes when all is done.
 */
export async function endBlockedCall({ backend }: BullMQTarget, worker: BullMQWorker): Promise<void> {
  if (backend === undefined) return await worker.close(true);
  await worker.waitUntilReady();
  await worker.backend?.disconnectBlocking(true);
}
