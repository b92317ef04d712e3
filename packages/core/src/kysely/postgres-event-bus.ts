import { checkTimes } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { EventBus, JobNotification } from '../ports/event-bus.ts';
import { type Logger, silentLogger } from '../ports/logger.ts';
import { ListeningConnection, type PostgresConnection } from './listening-connection.ts';
import { NotificationOutbox, parseNotifications } from './notification-outbox.ts';

/** Options of {@link createPostgresEventBus}. */
export interface PostgresEventBusOptions {
  /**
   * Opens a connection for the bus alone, which closes it: `async () => { const client = new pg.Client(…); await
   * client.connect(); return client; }`. It is called again after the connection was lost. It must lead to the
   * server itself, not to PgBouncer in transaction mode.
   */
  readonly connect: () => Promise<PostgresConnection>;
  /** What the processes that hear each other have in common. @defaultValue 'pubpipe_events' */
  readonly channel?: string | undefined;
  /** Longest wait before connecting again, in milliseconds; it grows up to there from 100 ms. @defaultValue 30_000 */
  readonly maxReconnectMs?: number | undefined;
  /** Longest time that connecting or a statement may take, in milliseconds. @defaultValue 10_000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue writes nothing */
  readonly logger?: Logger | undefined;
}

/** An event bus on PostgreSQL. */
export interface PostgresEventBus extends EventBus {
  /**
   * Waits until notifications of other processes are heard.
   *
   * @throws PubpipeError `CLOSED` when the bus is closed first.
   */
  listening(): Promise<void>;
}

/**
 * Makes an event bus of PostgreSQL's LISTEN and NOTIFY. It connects by itself, and again when the
 * connection is lost; meanwhile listeners of this process are still told, others when it is back.
 * Notifications are ids only, and those of a job that have not been sent yet are sent as one.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range.
 */
export function createPostgresEventBus(options: PostgresEventBusOptions): PostgresEventBus {
  const { connect, channel = 'pubpipe_events', maxReconnectMs = 30_000 } = options;
  const { timeoutMs = 10_000, logger = silentLogger } = options;
  checkTimes({ maxReconnectMs, timeoutMs }, { least: 1 });
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(channel)) {
    throw new PubpipeError('INVALID_INPUT', 'channel must be lower-case letters, digits and underscores.', {
      details: { channel },
    });
  }
  const listeners = new Set<(notification: JobNotification) => void>();
  const outbox = new NotificationOutbox();
  const tellAll = (notification: JobNotification) => {
    for (const listener of listeners) {
      queueMicrotask(() => {
        if (listeners.has(listener)) listener(notification);
      });
    }
  };
  const onPayload = (payload: string) => {
    const { sender, notifications } = parseNotifications(payload);
    // Its own have been told already.
    if (sender !== outbox.sender) notifications.forEach(tellAll);
  };
  const connection = new ListeningConnection({
    connect,
    channel,
    maxReconnectMs,
    timeoutMs,
    logger,
    onPayload,
    outbox,
  });

  return Object.freeze({
    publish(notification: JobNotification) {
      if (connection.isClosed) return;
      tellAll(notification);
      outbox.add(notification);
      connection.send();
    },
    subscribe(listener: (notification: JobNotification) => void) {
      // A function of our own, so that subscribing the same listener twice makes two subscriptions.
      const subscription = (notification: JobNotification) => listener(notification);
      if (!connection.isClosed) listeners.add(subscription);
      return () => {
        listeners.delete(subscription);
      };
    },
    listening: () => connection.listening(),
    async close() {
      listeners.clear();
      await connection.close();
    },
  });
}
