import { cancelled, PubpipeError, throwIfCancelled, toPubpipeError, unlessAborted } from '@pubpipe/core';

/** How many calls, and how long. */
export interface CallBounds {
  readonly timeoutMs: number;
  readonly maxUnderWay: number;
}

/**
 * Calls to a server that may be frozen: each is waited for no longer than `timeoutMs`, and while
 * `maxUnderWay` of them have no answer, also those nobody waits for any more, no further one is made.
 */
export class BoundedCalls {
  readonly #bounds: CallBounds;
  #underWay = 0;

  constructor(bounds: CallBounds) {
    this.#bounds = bounds;
  }

  /**
   * Makes a call.
   *
   * @throws PubpipeError `QUEUE_UNAVAILABLE` when it fails, is late, or when too many are under way.
   * @throws PubpipeError `CANCELLED` when `signal` aborts first.
   */
  async make<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    throwIfCancelled(signal);
    const { timeoutMs, maxUnderWay } = this.#bounds;
    if (this.#underWay >= maxUnderWay) {
      throw new PubpipeError('QUEUE_UNAVAILABLE', `The queue has not answered ${maxUnderWay} calls yet.`);
    }
    const late = AbortSignal.timeout(timeoutMs);
    try {
      return await unlessAborted(this.#count(call), signal === undefined ? late : AbortSignal.any([signal, late]));
    } catch (error) {
      if (signal?.aborted === true) throw cancelled(signal);
      if (late.aborted) {
        throw new PubpipeError('QUEUE_UNAVAILABLE', `The queue has not answered within ${timeoutMs} ms.`, {
          cause: error,
        });
      }
      throw toPubpipeError(error, 'QUEUE_UNAVAILABLE', 'The queue can not be reached.');
    }
  }

  async #count<T>(call: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await call();
    } finally {
      this.#underWay -= 1;
    }
  }
}
