import { PubpipeError, toPubpipeError } from '../errors/pubpipe-error.ts';

/** How much a client may send, and how slowly. */
export interface ContentBounds {
  readonly maxBytes: number;
  readonly idleTimeoutMs: number;
  readonly minBytesPerSecond: number;
}

/**
 * Passes a body on within its bounds. Only the time spent waiting for the client counts, not what the reader
 * takes: it may be `idleTimeoutMs` and, for each byte that came, what `minBytesPerSecond` grants.
 *
 * @throws PubpipeError `CONTENT_TOO_LARGE` as soon as there is a byte too many.
 * @throws PubpipeError `REQUEST_TIMEOUT` when the client is too slow.
 * @throws PubpipeError `CANCELLED` when its connection breaks off.
 */
export async function* boundedContent(
  content: AsyncIterable<Uint8Array>,
  { maxBytes, idleTimeoutMs, minBytesPerSecond }: ContentBounds,
): AsyncGenerator<Uint8Array, void> {
  const source = content[Symbol.asyncIterator]();
  let byteSize = 0;
  let waitedMs = 0;
  let isPulling = false;
  try {
    for (;;) {
      const grantedMs = idleTimeoutMs + (byteSize / minBytesPerSecond) * 1_000;
      const begun = performance.now();
      isPulling = true;
      const result = await within(grantedMs - waitedMs, nextOf(source));
      isPulling = false;
      if (result.done === true) return;
      waitedMs += performance.now() - begun;
      byteSize += result.value.byteLength;
      if (byteSize > maxBytes) throw tooLarge(maxBytes);
      yield result.value;
    }
  } finally {
    // A source that is being waited for would answer only with its next chunk: it ends with the connection.
    if (!isPulling) await source.return?.();
  }
}

/** A body that fails is one whose client has gone, which is no failure of ours. */
async function nextOf(source: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await source.next();
  } catch (error) {
    throw toPubpipeError(error, 'CANCELLED', 'The client went away in the middle of its body.');
  }
}

/** The error for a body of too many bytes. */
export function tooLarge(maxBytes: number): PubpipeError {
  return new PubpipeError('CONTENT_TOO_LARGE', `The body is longer than the ${maxBytes} bytes that are taken.`, {
    details: { maxBytes },
  });
}

async function within<T>(ms: number, result: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new PubpipeError('REQUEST_TIMEOUT', 'The body came too slowly.')),
    Math.min(Math.max(ms, 1), 2 ** 31 - 1),
  );
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
    // Whoever gave up waiting does not hear how it ended.
    result.catch(() => {});
  }
}
