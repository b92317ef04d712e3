import { checkTimes, checkWholeNumbers, type Logger, PubpipeError, silentLogger } from '@pubpipe/core';
import type { Redis } from '../redis/duplicate-connection.ts';

/** Options of {@link createBullMQJobQueue} besides where the queue is. Times are in milliseconds. */
export interface BullMQJobQueueSettings {
  /** BullMQ's name of the queue, without `:`. @defaultValue 'jobs' */
  readonly queueName?: string | undefined;
  /** Longest time that one call to the server is waited for. @defaultValue 2_000 */
  readonly callTimeoutMs?: number | undefined;
  /** Calls that may be without an answer at once; further ones are refused. @defaultValue 256 */
  readonly maxCallsUnderWay?: number | undefined;
  /** How long a delivery is kept for a consumer that gives no sign of life. @defaultValue 30_000 */
  readonly lockDurationMs?: number | undefined;
  /** How often to look for deliveries of consumers that are gone. @defaultValue 30_000 */
  readonly stalledIntervalMs?: number | undefined;
  /** Wait before a delivery whose handler rejected comes again. @defaultValue 1_000 */
  readonly redeliverAfterMs?: number | undefined;
  /** Told of errors that are nobody's answer. @defaultValue writes nothing */
  readonly logger?: Logger | undefined;
}

/** A queue on Redis. */
export interface BullMQOnRedis extends BullMQJobQueueSettings {
  /** The host's connection, of which copies are made. It is not used itself, and stays open. */
  readonly connection: Redis;
  /** What the names of all keys begin with. @defaultValue 'pubpipe' */
  readonly prefix?: string | undefined;
}

/** A queue on another backend of BullMQ 6. */
export interface BullMQOnBackend extends BullMQJobQueueSettings {
  /** BullMQ's factory, such as `createPostgresBackend`. */
  readonly backend: (...args: never[]) => unknown;
  /** What that factory takes for a connection. A `Pool` of the host's stays open. */
  readonly connection: unknown;
}

/** Options of {@link createBullMQJobQueue}. */
export type BullMQJobQueueOptions = BullMQOnRedis | BullMQOnBackend;

/** {@link BullMQJobQueueSettings}, complete. */
export type CompleteSettings = {
  readonly [Name in keyof BullMQJobQueueSettings]-?: Exclude<BullMQJobQueueSettings[Name], undefined>;
};

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range.
 */
export function resolveBullMQJobQueueOptions(options: BullMQJobQueueSettings): CompleteSettings {
  const { queueName = 'jobs', callTimeoutMs = 2_000, maxCallsUnderWay = 256 } = options;
  const { lockDurationMs = 30_000, stalledIntervalMs = 30_000, redeliverAfterMs = 1_000 } = options;
  const { logger = silentLogger } = options;
  checkTimes({ callTimeoutMs, lockDurationMs, stalledIntervalMs }, { least: 1 });
  checkTimes({ redeliverAfterMs });
  checkWholeNumbers({ maxCallsUnderWay }, { least: 1 });
  if (queueName === '' || queueName.includes(':')) {
    throw new PubpipeError('INVALID_INPUT', 'queueName must be a name without ":".');
  }
  return Object.freeze({
    queueName,
    callTimeoutMs,
    maxCallsUnderWay,
    lockDurationMs,
    stalledIntervalMs,
    redeliverAfterMs,
    logger,
  });
}
