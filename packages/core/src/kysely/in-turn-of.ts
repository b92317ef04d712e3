const lastOf = new WeakMap<object, Promise<unknown>>();

/**
 * Runs what is asked of one owner, such as a transaction, one after the other, however many ask at once. Savepoints lie
 * one in the other: of two that begin at the same time, one that rolls back would take away what the other has done.
 */
export async function inTurnOf<Result>(owner: object, work: () => Promise<Result>): Promise<Result> {
  const before = lastOf.get(owner) ?? Promise.resolve();
  const own = before.then(work);
  // Whether the one before it succeeded is nothing to who comes after.
  lastOf.set(
    owner,
    own.catch(() => undefined),
  );
  return await own;
}
