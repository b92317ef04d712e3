import { once } from 'node:events';
import { flushCompileCache } from 'node:module';

/** What a process writes when it is at work. */
export const readyLine = 'ready';

/** Says that this process is at work. */
export function sayReady(): void {
  // For those that come after it: a process that is killed writes nothing at its end.
  flushCompileCache();
  console.log(readyLine);
}

/** Waits for SIGTERM. */
export async function toldToEnd(): Promise<void> {
  // A listener keeps no process alive.
  const timer = setInterval(() => undefined, 60_000);
  await once(process, 'SIGTERM');
  clearInterval(timer);
}
