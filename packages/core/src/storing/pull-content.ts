import { PubpipeError, throwIfCancelled, toPubpipeError } from '../errors/pubpipe-error.ts';
import { unlessAborted } from '../errors/unless-aborted.ts';

/**
 * Yields the chunks of `content` to whoever stores it: one at a time, each pulled only when the one
 * before has been dealt with. A chunk's bytes are valid until the next is pulled, as a producer may
 * use its buffer again.
 *
 * Leaving the loop ends the source. So does `signal`, also while the source stalls: then the source
 * is told, but not waited for. A source of which nothing was pulled yet stays as it is.
 *
 * @throws PubpipeError `INVALID_INPUT` at once when `content` is no async iterable, later when it
 * yields something else than a Uint8Array.
 * @throws PubpipeError `CANCELLED` when `signal` aborts.
 * @throws PubpipeError `INTERNAL`, the source's error as its cause, when the source fails; a
 * PubpipeError that it throws is passed on as it is.
 */
export function pullContent(
  content: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Callers without types may pass anything.
  const open = (content as Partial<AsyncIterable<Uint8Array>> | undefined | null)?.[Symbol.asyncIterator];
  if (typeof open !== 'function') {
    throw new PubpipeError('INVALID_INPUT', 'The content must be an async iterable of Uint8Array.');
  }
  return pull(content, signal);
}

async function* pull(
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = content[Symbol.asyncIterator]();
  let pulling = false;
  try {
    for (;;) {
      throwIfCancelled(signal);
      pulling = true;
      const result = await askSource(() => source.next(), signal);
      if (result.done === true) return;
      pulling = false;
      yield checkChunk(result.value);
    }
  } finally {
    if (signal?.aborted === true) {
      // A stalled Node stream queues return() behind the pull it does not answer; destroy() frees it.
      if ('destroy' in content && typeof content.destroy === 'function') content.destroy();
      endSource(source).catch(afterTheFact);
    } else if (!pulling) {
      await askSource(() => endSource(source), signal).catch(afterTheFact);
    }
  }
}

function checkChunk(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new PubpipeError('INVALID_INPUT', `The content must yield Uint8Array, not ${typeof chunk}.`);
}

/** The answer of the source, or `CANCELLED` as soon as `signal` aborts. */
async function askSource<T>(ask: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await unlessAborted(ask(), signal);
  } catch (error) {
    throwIfCancelled(signal);
    throw toPubpipeError(error, 'INTERNAL', 'The source of the content failed.');
  }
}

async function endSource(source: AsyncIterator<Uint8Array>): Promise<void> {
  await source.return?.();
}

/** The put has its own outcome already; what the source says while it is being ended changes nothing. */
function afterTheFact(): void {}
