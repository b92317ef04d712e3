import type { Clock } from '@pubpipe/core';

/** A clock that moves only by hand. */
export interface ManualClock extends Clock {
  readonly advance: (ms: number) => void;
}

/** Starts on 1 January 2026. */
export function createManualClock(): ManualClock {
  const start = Date.UTC(2026, 0, 1);
  let elapsedMs = 0;
  return {
    now: () => start + elapsedMs,
    monotonicNow: () => elapsedMs,
    advance(ms) {
      elapsedMs += ms;
    },
  };
}
