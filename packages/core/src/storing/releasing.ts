/**
 * Passes a body on, and calls `release` once: when it has ended, has failed, or is left, also by a reader that never
 * began. (A generator's own `finally` does not run when it is left before its beginning.)
 */
export function releasing(
  body: AsyncIterable<Uint8Array>,
  release: () => void | Promise<void>,
): AsyncIterableIterator<Uint8Array> {
  const source = body[Symbol.asyncIterator]();
  let isOver = false;
  const end = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    await release();
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        const result = await source.next();
        if (result.done === true) await end();
        return result;
      } catch (error) {
        await end();
        throw error;
      }
    },
    async return() {
      await end();
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}
