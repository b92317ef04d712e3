import pRetry from 'p-retry';

/** How to try again. */
export interface TryAgainOptions {
  /** Tries in all, the first one included. */
  readonly tries: number;
  /** Wait before the second try, in milliseconds. Doubles with each further one. */
  readonly baseDelayMs: number;
  /** Whether a failure may pass. */
  readonly when: (error: unknown) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Repeats one step of store or database I/O within an attempt. Jobs are tried again by `decideRetry` alone. */
export async function tryAgain<T>(work: () => Promise<T>, options: TryAgainOptions): Promise<T> {
  const { tries, baseDelayMs, when, signal } = options;
  return await pRetry(work, {
    retries: tries - 1,
    minTimeout: baseDelayMs,
    shouldRetry: ({ error }) => when(error),
    ...(signal === undefined ? {} : { signal }),
  });
}
