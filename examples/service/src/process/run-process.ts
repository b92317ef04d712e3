import process from 'node:process';
import { type Logger, pino } from 'pino';
import type { z } from 'zod';
import type { SharedSettings } from '../settings/shared-settings.ts';
import { loadSettings } from './load-settings.ts';
import { toldToEnd } from './told-to-end.ts';

/** What a process of the service begins with. */
export interface ProcessParts<Settings> {
  readonly settings: Settings;
  readonly logger: Logger;
  /** What is opened is put here. It is closed in reverse order when the process ends, also when its start fails. */
  readonly closing: AsyncDisposableStack;
}

// What is left to close after the drain, such as connections, has so long.
const closeTimeoutMs = 10_000;

/**
 * Runs a process of the service until it is told to end by SIGTERM or SIGINT. Then nothing new is taken, what is under way
 * may end within `DRAIN_MS`, and everything is closed. A second signal ends the process at once.
 */
export async function runProcess<Settings extends SharedSettings>(
  name: string,
  schema: z.ZodType<Settings>,
  start: (parts: ProcessParts<Settings>) => Promise<void>,
): Promise<void> {
  const settings = loadSettings(schema);
  const logger = pino({ name, level: settings.LOG_LEVEL });
  process.once('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'something failed that nobody expected');
    process.exit(1);
  });
  const told = toldToEnd({ logger, timeoutMs: settings.DRAIN_MS + closeTimeoutMs });
  try {
    await using closing = new AsyncDisposableStack();
    await start({ settings, logger, closing });
    logger.info({ signal: await told }, 'ending');
  } catch (error) {
    logger.fatal({ err: error }, 'the process can not go on');
    process.exitCode = 1;
  }
  logger.info('ended');
}
