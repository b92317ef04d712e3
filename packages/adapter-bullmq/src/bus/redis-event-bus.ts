import {
  type EventBus,
  inTime,
  type JobNotification,
  type Logger,
  NotificationListeners,
  NotificationOutbox,
  parseNotifications,
  silentLogger,
} from '@pubpipe/core';
import { duplicateForCommands, duplicateForSubscription, type Redis } from '../redis/duplicate-connection.ts';

/** Options of {@link createRedisEventBus}. */
export interface RedisEventBusOptions {
  /** The host's connection, of which two copies are made. It is not used itself, and stays open. */
  readonly connection: Redis;
  /** What the channel's name begins with; `:events` follows. @defaultValue 'pubpipe' */
  readonly prefix?: string | undefined;
  /** Told of errors that are nobody's answer. @defaultValue writes nothing */
  readonly logger?: Logger | undefined;
}

/** An event bus on Redis' publish and subscribe. */
export interface RedisEventBus extends EventBus {
  /** Resolves when this bus hears what others publish. While Redis is away it waits. */
  ready(): Promise<void>;
}

/** All that may wait while Redis is away is one message, or a few. */
const outboxBounds = { capacity: 1_000, maxPayloadBytes: 65_536 };
/** How long one message may take before the next is sent. */
const sendTimeoutMs = 2_000;

/**
 * Makes an event bus that connects in the background. Subscribers of the same bus are told without Redis.
 * While a message is under way, what is published is gathered, one notification for each job, for the next.
 */
export function createRedisEventBus(options: RedisEventBusOptions): RedisEventBus {
  return new PublishSubscribeBus(options);
}

class PublishSubscribeBus implements RedisEventBus {
  readonly #channel: string;
  readonly #logger: Logger;
  readonly #listeners: NotificationListeners;
  readonly #outbox = new NotificationOutbox(outboxBounds);
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #subscribed: Promise<unknown>;
  #sending: Promise<void> | undefined;
  #closed = false;

  constructor({ connection, prefix = 'pubpipe', logger = silentLogger }: RedisEventBusOptions) {
    this.#channel = `${prefix}:events`;
    this.#logger = logger;
    this.#listeners = new NotificationListeners((error) =>
      logger.error({ err: error }, 'a listener of the event bus threw'),
    );
    this.#publisher = duplicateForCommands(connection);
    this.#subscriber = duplicateForSubscription(connection);
    for (const each of [this.#publisher, this.#subscriber]) {
      // It connects again by itself; without a listener the process would end.
      each.on('error', (error: Error) => logger.warn({ err: error }, 'the connection of the event bus is lost'));
    }
    this.#publisher.on('ready', () => this.#send());
    this.#subscriber.on('message', (_, text: string) => this.#hear(text));
    this.#subscribed = this.#subscriber.subscribe(this.#channel);
    this.#subscribed.catch((error: unknown) => {
      if (!this.#closed) logger.error({ err: error }, 'the event bus can not subscribe');
    });
  }

  async ready(): Promise<void> {
    await this.#subscribed;
  }

  publish(notification: JobNotification): void {
    if (this.#closed) return;
    this.#listeners.tell(notification);
    this.#outbox.add(notification);
    this.#send();
  }

  subscribe(listener: (notification: JobNotification) => void): () => void {
    return this.#closed ? () => undefined : this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#listeners.clear();
    await this.#sending;
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
  }

  #hear(text: string): void {
    const received = parseNotifications(text);
    // Its own have been told already.
    if (received === undefined || received.sender === this.#outbox.sender) return;
    for (const notification of received.notifications) this.#listeners.tell(notification);
  }

  #send(): void {
    this.#sending ??= this.#sendWhileThereIs();
  }

  async #sendWhileThereIs(): Promise<void> {
    // What is published in one go is one message.
    await Promise.resolve();
    try {
      while (this.#publisher.status === 'ready') {
        const message = this.#outbox.takePayload();
        if (message === undefined) return;
        await inTime(this.#publisher.publish(this.#channel, message), sendTimeoutMs).catch((error: unknown) => {
          // Nobody needs it again: whoever follows a job looks by itself now and then.
          this.#logger.warn({ err: error }, 'notifications are lost');
        });
      }
    } finally {
      // At once after the outbox was found empty: what is published from now on begins anew.
      this.#sending = undefined;
    }
  }
}
