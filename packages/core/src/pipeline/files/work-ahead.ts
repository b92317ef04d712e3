/**
 * Does `work` for each item and yields the results in the items' order, with at most `ahead` of them begun and not taken.
 * Left early, it waits until those that were begun have settled; to end them sooner, abort what `work` listens to first.
 */
export async function* workAhead<Item, Result>(
  items: AsyncIterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const source = items[Symbol.asyncIterator]();
  const begun: Promise<Result>[] = [];
  let isOver = false;
  try {
    for (;;) {
      while (!isOver && begun.length < ahead) {
        const item = await source.next();
        isOver = item.done === true;
        if (item.done !== true) begun.push(quiet(work(item.value)));
      }
      const next = begun.shift();
      if (next === undefined) return;
      yield await next;
    }
  } finally {
    await Promise.allSettled(begun);
    await source.return?.();
  }
}

/** A failure is told when its turn has come, which may be never. */
function quiet<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}
