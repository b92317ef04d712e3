import { once } from 'node:events';

/** What a process writes when it is at work. */
export const readyLine = 'ready';

/** Says that this process is at work. */
export function sayReady(): void {
  console.log(readyLine);
}

/** Waits for SIGTERM. */
export async function toldToEnd(): Promise<void> {
  // A listener keeps no process alive.
  const timer = setInterval(() => undefined, 60_000);
  await once(process, 'SIGTERM');
  clearInterval(timer);
}
