import { checkTimes } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import { NotificationListeners } from '../notifying/notification-listeners.ts';
import { NotificationOutbox, parseNotifications } from '../notifying/notification-outbox.ts';
import type { EventBus, JobNotification } from '../ports/event-bus.ts';
import { type Logger, silentLogger } from '../ports/logger.ts';
import { ListeningConnection, type PostgresConnection } from './listening-connection.ts';

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

/** PostgreSQL refuses a payload of 8,000 bytes and more. */
const maxPayloadBytes = 7_900;

/** Most jobs that wait to be told of while there is no connection; a lost notification only costs time. */
const capacity = 10_000;

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
  const listeners = new NotificationListeners();
  const outbox = new NotificationOutbox({ capacity, maxPayloadBytes });
  const onPayload = (payload: string) => {
    const received = parseNotifications(payload);
    // Its own have been told already.
    if (received === undefined || received.sender === outbox.sender) return;
    for (const notification of received.notifications) listeners.tell(notification);
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
      listeners.tell(notification);
      outbox.add(notification);
      connection.send();
    },
    subscribe(listener: (notification: JobNotification) => void) {
      return connection.isClosed ? () => undefined : listeners.add(listener);
    },
    listening: () => connection.listening(),
    async close() {
      listeners.clear();
      await connection.close();
    },
  });
}
