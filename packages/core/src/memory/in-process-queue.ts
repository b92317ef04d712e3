import { checkTimes } from '../errors/check-numbers.ts';
import { PubpipeError, throwIfCancelled } from '../errors/pubpipe-error.ts';
import {
  type ConsumeOptions,
  type Delivery,
  type DeliveryHandler,
  dispatchId,
  type JobQueue,
  type QueueConsumer,
} from '../ports/job-queue.ts';
import { InProcessConsumer } from './in-process-consumer.ts';
import { WaitingDeliveries } from './waiting-deliveries.ts';

/** Options of {@link createInProcessQueue}. */
export interface InProcessQueueOptions {
  /** Wait before a delivery whose handler rejected comes again, in milliseconds. @defaultValue 1_000 */
  readonly redeliverAfterMs?: number | undefined;
}

/** Makes a queue for one process. What waits in it goes with the process; the sweep finds those jobs again. */
export function createInProcessQueue(options: InProcessQueueOptions = {}): JobQueue {
  return new InProcessQueue(options);
}

class InProcessQueue implements JobQueue {
  readonly #waiting = new WaitingDeliveries();
  /** A dispatch may be handled twice at once: one entry each. */
  readonly #handling = new Set<{ readonly id: string }>();
  readonly #consumers = new Set<InProcessConsumer>();
  readonly #redeliveries = new Set<NodeJS.Timeout>();
  readonly #redeliverAfterMs: number;
  #closed = false;

  constructor({ redeliverAfterMs = 1_000 }: InProcessQueueOptions) {
    checkTimes({ redeliverAfterMs });
    this.#redeliverAfterMs = redeliverAfterMs;
  }

  async enqueue(delivery: Delivery, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    this.#checkOpen();
    throwIfCancelled(signal);
    // One that is being handled is kept too: it may have come too early for that handler.
    this.#waiting.add(delivery);
    for (const consumer of this.#consumers) consumer.wake();
  }

  async has(id: string): Promise<boolean> {
    return this.#waiting.has(id) || [...this.#handling].some((handled) => handled.id === id);
  }

  async size(): Promise<number> {
    return this.#waiting.size;
  }

  consume(handler: DeliveryHandler, { concurrency = 1 }: ConsumeOptions = {}): QueueConsumer {
    this.#checkOpen();
    const consumer = new InProcessConsumer({
      concurrency,
      take: () => this.#waiting.take(),
      handle: (delivery, signal) => this.#handle(handler, delivery, signal),
      closed: () => this.#consumers.delete(consumer),
    });
    this.#consumers.add(consumer);
    consumer.wake();
    return consumer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#redeliveries) clearTimeout(timer);
    this.#redeliveries.clear();
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
  }

  async #handle(handler: DeliveryHandler, delivery: Delivery, signal: AbortSignal): Promise<void> {
    const handled = { id: dispatchId(delivery) };
    this.#handling.add(handled);
    try {
      await handler(delivery, signal);
      this.#handling.delete(handled);
    } catch {
      // The handler has said what is wrong where it knows it; here it only means "again".
      this.#redeliver(delivery, handled);
    }
  }

  #redeliver(delivery: Delivery, handled: { readonly id: string }): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#redeliveries.delete(timer);
      this.#handling.delete(handled);
      this.#waiting.add(delivery);
      for (const consumer of this.#consumers) consumer.wake();
    }, this.#redeliverAfterMs);
    this.#redeliveries.add(timer);
  }

  #checkOpen(): void {
    if (this.#closed) throw new PubpipeError('CLOSED', 'The queue has been closed.');
  }
}
