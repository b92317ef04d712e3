/** Waits so long, or until `signal` aborts; it never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const go = (): void => resolve();
  signal.addEventListener('abort', go, { once: true });
  if (signal.aborted) go();
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', go);
}
