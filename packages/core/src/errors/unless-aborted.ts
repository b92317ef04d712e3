import { cancelled } from './pubpipe-error.ts';

/**
 * Waits for `result`, but no longer than until `signal` aborts. What `result` comes to after that is nobody's. One
 * listener a call, so that nothing piles up on a signal that lives long.
 *
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function unlessAborted<Result>(result: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(cancelled(signal as AbortSignal));
  // An abort that has happened is not told to a listener that comes later.
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([aborted, result]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
