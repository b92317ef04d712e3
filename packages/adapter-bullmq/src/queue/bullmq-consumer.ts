import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  AbortDeadline,
  checkWholeNumbers,
  type DeliveryHandler,
  inTime,
  type Logger,
  type QueueConsumer,
} from '@pubpipe/core';
import type { BoundedCalls } from './bounded-calls.ts';
import type { BullMQWorker } from './bullmq-classes.ts';
import { HeldDelivery } from './held-delivery.ts';

/** What a consumer works with. */
export interface BullMQConsumerParts {
  readonly worker: BullMQWorker;
  /** Ends the worker's call that is blocked until there is a delivery. */
  readonly endBlockedCall: () => Promise<void>;
  /** Cuts the connection of the worker, if it is not the host's. */
  readonly disconnect: () => void;
  readonly handler: DeliveryHandler;
  readonly concurrency: number;
  readonly calls: BoundedCalls;
  readonly logger: Logger;
  readonly lockDurationMs: number;
  readonly redeliverAfterMs: number;
  readonly callTimeoutMs: number;
  /** Told once, when it has ended after `close`. */
  readonly closed: () => void;
}

/**
 * Takes deliveries one by one, each when its handler can begin. BullMQ's own loop would look for a further
 * one only when a handler has ended, also where more may run at once from now on.
 */
export class BullMQConsumer implements QueueConsumer {
  readonly #parts: BullMQConsumerParts;
  readonly #id = randomUUID();
  readonly #running = new Set<Promise<void>>();
  /** Deliveries that come again soon: held, but no handler runs. */
  readonly #resting = new Set<Promise<void>>();
  readonly #deadline = new AbortDeadline();
  readonly #closing = new AbortController();
  #concurrency: number;
  #taken = 0;
  #taking: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: BullMQConsumerParts) {
    this.#parts = parts;
    this.#concurrency = parts.concurrency;
    const { worker, logger } = parts;
    worker.on('error', (error) => logger.warn({ err: error }, 'a worker of the queue reports an error'));
    worker.startStalledCheckTimer().catch((error: unknown) => {
      logger.warn({ err: error }, 'lost deliveries can not be looked for');
    });
    this.#take();
  }

  setConcurrency(concurrency: number): void {
    checkWholeNumbers({ concurrency }, { least: 1 });
    this.#concurrency = concurrency;
    this.#take();
  }

  async close({ drainTimeoutMs = 0 }: { readonly drainTimeoutMs?: number | undefined } = {}): Promise<void> {
    this.#closing.abort();
    if (this.#running.size > 0) this.#deadline.abortIn(drainTimeoutMs);
    this.#closed ??= this.#end();
    await this.#closed;
  }

  async #end(): Promise<void> {
    const { worker, disconnect, callTimeoutMs, logger, closed } = this.#parts;
    await Promise.all([...this.#running, ...this.#resting]);
    this.#deadline.clear();
    await inTime(this.#endTaking(), callTimeoutMs).catch((error: unknown) => {
      logger.warn({ err: error }, 'a worker of the queue is closed before it has said what it took');
    });
    await inTime(worker.close(true), callTimeoutMs).catch((error: unknown) => {
      logger.warn({ err: error }, 'a worker of the queue could not be closed');
    });
    // What a frozen server has not answered by now fails.
    disconnect();
    closed();
  }

  /** What was taken meanwhile goes back. */
  async #endTaking(): Promise<void> {
    await this.#parts.endBlockedCall();
    await this.#taking;
  }

  get #mayTake(): boolean {
    return !this.#closing.signal.aborted && this.#running.size < this.#concurrency;
  }

  #take(): void {
    if (this.#taking === undefined && this.#mayTake) this.#taking = this.#takeWhileFree();
  }

  async #takeWhileFree(): Promise<void> {
    do {
      const held = await this.#next();
      if (held === undefined) continue;
      // While it waited for this one, it was closed or allowed less.
      if (this.#mayTake) this.#run(held);
      else await held.handBack();
    } while (this.#mayTake);
    this.#taking = undefined;
  }

  async #next(): Promise<HeldDelivery | undefined> {
    const { worker, calls, logger, lockDurationMs } = this.#parts;
    this.#taken += 1;
    const token = `${this.#id}:${this.#taken}`;
    try {
      const job = await worker.getNextJob(token, { block: true });
      return job === undefined ? undefined : new HeldDelivery({ job, token, lockDurationMs, calls, logger });
    } catch (error) {
      if (!this.#closing.signal.aborted) {
        logger.warn({ err: error }, 'no delivery could be taken; the queue is asked again');
        await this.#rest(1_000);
      }
      return undefined;
    }
  }

  #run(held: HeldDelivery): void {
    const run = this.#handle(held).finally(() => {
      this.#running.delete(run);
      this.#take();
    });
    this.#running.add(run);
  }

  async #handle(held: HeldDelivery): Promise<void> {
    try {
      await this.#parts.handler(held.delivery, this.#deadline.signal);
    } catch {
      // The handler has said what is wrong where it knows it; here it only means "again".
      this.#handBackSoon(held);
      return;
    }
    await held.finish();
  }

  #handBackSoon(held: HeldDelivery): void {
    const resting = this.#rest(this.#parts.redeliverAfterMs)
      .then(() => held.handBack())
      .finally(() => this.#resting.delete(resting));
    this.#resting.add(resting);
  }

  /** Waits, but not when it is closed. */
  async #rest(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined); // closed: at once
  }
}
