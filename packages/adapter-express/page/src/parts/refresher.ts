import { backoffMs } from '../live/backoff.ts';
import { pause } from '../live/pause.ts';

/**
 * Does the same work again whenever there is a reason to: one at a time, not more often than every so many
 * milliseconds, and once more when a reason came while it was under way. Work that failed is tried again, with growing
 * waits, which the next reason cuts short.
 */
export class Refresher {
  readonly #work: (signal: AbortSignal) => Promise<boolean>;
  readonly #leastMs: number;
  #stopping = new AbortController();
  #waking = new AbortController();
  #isRunning = false;
  #isWanted = false;

  /** @param work deals with its own failures, and answers false when trying again may help. */
  constructor(work: (signal: AbortSignal) => Promise<boolean>, leastMs: number) {
    this.#work = work;
    this.#leastMs = leastMs;
  }

  /** Says that there is a reason. */
  ask(): void {
    this.#isWanted = true;
    this.#waking.abort();
    if (!this.#isRunning) void this.#run(this.#stopping.signal);
  }

  /** Ends what is under way, and forgets that anything was asked for. */
  stop(): void {
    this.#stopping.abort();
    this.#stopping = new AbortController();
    this.#isWanted = false;
    this.#isRunning = false;
  }

  async #run(stopping: AbortSignal): Promise<void> {
    this.#isRunning = true;
    let failures = 0;
    try {
      while (this.#isWanted && !stopping.aborted) {
        this.#isWanted = false;
        failures = (await this.#work(stopping)) ? 0 : failures + 1;
        await pause(this.#leastMs, stopping);
        if (failures > 0) await this.#waitToTryAgain(failures, stopping);
      }
    } finally {
      // After `stop` another run may be under way.
      if (!stopping.aborted) this.#isRunning = false;
    }
  }

  async #waitToTryAgain(failures: number, stopping: AbortSignal): Promise<void> {
    if (stopping.aborted) return;
    if (!this.#isWanted) {
      this.#waking = new AbortController();
      await pause(backoffMs(failures), AbortSignal.any([stopping, this.#waking.signal]));
    }
    if (!stopping.aborted) this.#isWanted = true;
  }
}
