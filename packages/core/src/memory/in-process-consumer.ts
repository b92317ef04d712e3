import type { Delivery, QueueConsumer } from '../ports/job-queue.ts';

/** What a consumer works with. */
export interface InProcessConsumerParts {
  readonly concurrency: number;
  /** The next delivery, if one waits. */
  take(): Delivery | undefined;
  /** Handles a delivery; never rejects. */
  handle(delivery: Delivery, signal: AbortSignal): Promise<void>;
  /** Told once, when all handlers have ended after `close`. */
  closed(): void;
}

/** Runs handlers, up to `concurrency` at once. */
export class InProcessConsumer implements QueueConsumer {
  readonly #parts: InProcessConsumerParts;
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(parts: InProcessConsumerParts) {
    this.#parts = parts;
  }

  /** Takes as many deliveries as there are free places. */
  wake(): void {
    while (this.#closing === undefined && this.#running.size < this.#parts.concurrency) {
      const delivery = this.#parts.take();
      if (delivery === undefined) return;
      const run = this.#parts.handle(delivery, this.#abort.signal).then(() => {
        this.#running.delete(run);
        this.wake();
      });
      this.#running.add(run);
    }
  }

  close({ drainTimeoutMs = 0 }: { readonly drainTimeoutMs?: number | undefined } = {}): Promise<void> {
    this.#closing ??= this.#drain(drainTimeoutMs);
    return this.#closing;
  }

  async #drain(drainTimeoutMs: number): Promise<void> {
    const timer = setTimeout(() => this.#abort.abort(), drainTimeoutMs);
    await Promise.all(this.#running);
    clearTimeout(timer);
    this.#parts.closed();
  }
}
