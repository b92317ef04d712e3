import type { Delivery, Logger } from '@pubpipe/core';
import type { BoundedCalls } from './bounded-calls.ts';
import type { BullMQJob } from './bullmq-classes.ts';

/** What a held delivery works with. */
export interface HeldDeliveryParts {
  readonly job: BullMQJob;
  readonly token: string;
  readonly lockDurationMs: number;
  readonly calls: BoundedCalls;
  readonly logger: Logger;
}

/**
 * A delivery that this consumer has taken. While it is held its lock is renewed, so that no other consumer
 * takes it for lost. When the queue can't be told what became of it, the lock runs out and the delivery
 * comes again, which is harmless.
 */
export class HeldDelivery {
  readonly #parts: HeldDeliveryParts;
  readonly #renewals: NodeJS.Timeout;

  constructor(parts: HeldDeliveryParts) {
    this.#parts = parts;
    const { job, token, lockDurationMs } = parts;
    this.#renewals = setInterval(() => {
      void this.#tell('the lock of a delivery could not be renewed', () => job.extendLock(token, lockDurationMs));
    }, lockDurationMs / 3);
  }

  get delivery(): Delivery {
    const { jobId, dispatch, priority } = this.#parts.job.data;
    return { jobId, dispatch, priority };
  }

  /** Says that it was handled. Never rejects. */
  async finish(): Promise<void> {
    clearInterval(this.#renewals);
    const { job, token } = this.#parts;
    await this.#tell('the queue could not be told that a delivery was handled', () =>
      job.moveToCompleted(null, token, false),
    );
  }

  /** Puts it back, for any consumer to take. Never rejects. */
  async handBack(): Promise<void> {
    clearInterval(this.#renewals);
    const { job, token } = this.#parts;
    await this.#tell('a delivery could not be handed back', () => job.moveToWait(token));
  }

  async #tell(failure: string, call: () => Promise<unknown>): Promise<void> {
    const { calls, logger } = this.#parts;
    try {
      await calls.make(call);
    } catch (error) {
      // A queue that has lost its data does not know the delivery: there is nothing left to be told.
      logger.warn({ err: error, ...this.delivery }, failure);
    }
  }
}
