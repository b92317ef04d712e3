/** The time of day and a monotonic time, so that tests can move both by hand. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, as `Date.now()`. May jump. */
  now(): number;
  /** Milliseconds from an arbitrary start, never going back, as `performance.now()`. */
  monotonicNow(): number;
}

/** The machine's own clocks. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
});
