import { setTimeout as wait } from 'node:timers/promises';
import { isPubpipeError } from '@pubpipe/core';

/** What may pass: a server that is away, or a connection that was cut. */
function mayPass(error: unknown): boolean {
  if (isPubpipeError(error)) return error.code.endsWith('_UNAVAILABLE');
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  // Classes of PostgreSQL's errors: 08 connections, 57 operators; 25P03 is a session that was idle too long.
  return /^(08|57|25P03|ECONN|EPIPE|ETIMEDOUT)/.test(code) || /connection|timeout|timed out/i.test(error.message);
}

/** Does something that may be done any number of times, until the servers let it; at most for two minutes. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error) || performance.now() > deadline) throw error;
      await wait(200);
    }
  }
}
