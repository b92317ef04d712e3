import { constants } from 'node:os';
import process from 'node:process';
import type { Logger } from 'pino';

/** Resolves at the first SIGTERM or SIGINT. The process ends at the second one, or `timeoutMs` after the first. */
export function toldToEnd({ logger, timeoutMs }: { readonly logger: Logger; readonly timeoutMs: number }) {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let isTold = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isTold) {
        logger.warn({ signal }, 'ended at once');
        process.exit(128 + constants.signals[signal]);
      }
      isTold = true;
      resolve(signal);
      // It keeps nothing alive, and ends what would be kept alive by something else.
      setTimeout(() => {
        logger.fatal({ timeoutMs }, 'it did not end in time');
        process.exit(1);
      }, timeoutMs).unref();
    });
  }
  return promise;
}
