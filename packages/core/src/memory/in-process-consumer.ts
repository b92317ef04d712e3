import { AbortDeadline } from '../errors/abort-deadline.ts';
import { checkWholeNumbers } from '../errors/check-numbers.ts';
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
  readonly #deadline = new AbortDeadline();
  #concurrency: number;
  #closing: Promise<void> | undefined;

  constructor(parts: InProcessConsumerParts) {
    checkWholeNumbers({ concurrency: parts.concurrency }, { least: 1 });
    this.#parts = parts;
    this.#concurrency = parts.concurrency;
  }

  setConcurrency(concurrency: number): void {
    checkWholeNumbers({ concurrency }, { least: 1 });
    this.#concurrency = concurrency;
    this.wake();
  }

  /** Takes as many deliveries as there are free places. */
  wake(): void {
    while (this.#closing === undefined && this.#running.size < this.#concurrency) {
      const delivery = this.#parts.take();
      if (delivery === undefined) return;
      const run = this.#parts.handle(delivery, this.#deadline.signal).then(() => {
        this.#running.delete(run);
        this.wake();
      });
      this.#running.add(run);
    }
  }

  async close({ drainTimeoutMs = 0 }: { readonly drainTimeoutMs?: number | undefined } = {}): Promise<void> {
    this.#closing ??= this.#ended();
    if (this.#running.size > 0) this.#deadline.abortIn(drainTimeoutMs);
    await this.#closing;
  }

  async #ended(): Promise<void> {
    await Promise.all(this.#running);
    this.#deadline.clear();
    this.#parts.closed();
  }
}
