import type { PubpipeError } from '@pubpipe/core/driver';

/** When work is given up. */
export interface TimeBound {
  /** Aborts when the caller gives up. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** The error when time has run out. */
  readonly missed: () => PubpipeError;
}

/** Does some work with a signal that also aborts when the time has run out; its reason is then the error. */
export async function withinTime<Result>(
  { signal, timeoutMs, missed }: TimeBound,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(missed()), timeoutMs);
  try {
    return await work(AbortSignal.any([signal, patience.signal]));
  } finally {
    clearTimeout(timer);
  }
}
