import { unlessAborted } from '@pubpipe/core/driver';

/**
 * The items, of which one that does not come is waited for no longer than until `signal` aborts. Left early, the source is
 * told so, and waited for no longer either.
 *
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function* untilAborted<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let hasEnded = false;
  // A source that fails has ended too.
  const next = async (): Promise<IteratorResult<Item>> => {
    hasEnded = true;
    const result = await source.next();
    hasEnded = result.done === true;
    return result;
  };
  try {
    for (;;) {
      const { done, value } = await unlessAborted(next(), signal);
      if (done === true) return;
      yield value;
    }
  } finally {
    if (!hasEnded || signal.aborted) {
      // Why it is left is known.
      await unlessAborted(Promise.resolve(source.return?.()), signal).catch(() => undefined);
    }
  }
}
