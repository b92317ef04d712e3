import { longestTimerMs } from './check-numbers.ts';

/** Aborts a signal at the earliest of the times that it was given, as when something is closed more than once. */
export class AbortDeadline {
  readonly #controller = new AbortController();
  #at = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** Aborts when the time has come. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts the signal in `ms` milliseconds, unless it does so earlier. */
  abortIn(ms: number): void {
    const boundedMs = Math.min(ms, longestTimerMs);
    const at = performance.now() + boundedMs;
    if (at >= this.#at) return;
    this.#at = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), boundedMs);
  }

  /** Lets the signal be. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}
