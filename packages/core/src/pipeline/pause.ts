import { createBell } from './bell.ts';

/** Waits for `ms` milliseconds, or until `signal` aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  const bell = createBell(signal);
  await bell.rung(ms);
  bell.close();
}
