import { PubpipeError } from '../errors/pubpipe-error.ts';
import { unlessAborted } from '../errors/unless-aborted.ts';

/**
 * Calls a handler of the application's with a signal that aborts when `signal` does or after `timeoutMs`, and waits for
 * it no longer than that.
 *
 * @throws what the handler throws, or why the signal aborted.
 */
export async function callHandler(
  handler: (signal: AbortSignal) => Promise<void> | void,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<void> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => {
    stop.abort(new PubpipeError('CANCELLED', `The handler has not ended within ${timeoutMs} ms.`));
  }, timeoutMs);
  try {
    await unlessAborted(Promise.resolve(handler(stop.signal)), stop.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
