/**
 * Waits for `work`, but no longer than `timeoutMs`, and rejects then. A result that comes later goes to `onLate`, which
 * closes what nobody has; an error that comes later is nobody's.
 */
export async function inTime<Result>(
  work: Promise<Result>,
  timeoutMs: number,
  onLate: (result: Result) => unknown = () => undefined,
): Promise<Result> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`No answer within ${timeoutMs} ms.`));
    work.then(onLate).catch(() => undefined);
  }, timeoutMs);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
