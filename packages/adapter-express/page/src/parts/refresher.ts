import { pause } from '../live/pause.ts';

/**
 * Does the same work again whenever there is a reason to: one at a time, not more often than every so many
 * milliseconds, and once more when a reason came while it was under way.
 */
export class Refresher {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #leastMs: number;
  #stopping = new AbortController();
  #isRunning = false;
  #isWanted = false;

  /** @param work deals with its own failures. */
  constructor(work: (signal: AbortSignal) => Promise<void>, leastMs: number) {
    this.#work = work;
    this.#leastMs = leastMs;
  }

  /** Says that there is a reason. */
  ask(): void {
    this.#isWanted = true;
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
    try {
      while (this.#isWanted && !stopping.aborted) {
        this.#isWanted = false;
        await this.#work(stopping);
        await pause(this.#leastMs, stopping);
      }
    } finally {
      // After `stop` another run may be under way.
      if (!stopping.aborted) this.#isRunning = false;
    }
  }
}
