import { inTime } from '../errors/in-time.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { NotificationOutbox } from '../notifying/notification-outbox.ts';
import type { Logger } from '../ports/logger.ts';

/** A connection to PostgreSQL: a structural subset of pg's Client, connected. */
export interface PostgresConnection {
  query(text: string, values?: readonly string[]): Promise<unknown>;
  on(event: 'notification', listener: (message: { readonly payload?: string | undefined }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  end(): Promise<void>;
}

interface Options {
  readonly connect: () => Promise<PostgresConnection>;
  readonly channel: string;
  readonly maxReconnectMs: number;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly onPayload: (payload: string) => void;
  readonly outbox: NotificationOutbox;
}

const firstWaitMs = 100;

/** Keeps one connection that listens, sends what is in the outbox over it, and connects again when it is lost. */
export class ListeningConnection {
  readonly #options: Options;
  readonly #work: Promise<void>;
  readonly #closing = Promise.withResolvers<void>();
  #isClosed = false;
  #listening = Promise.withResolvers<void>();
  #connection: PostgresConnection | undefined;
  #lost: ((error: unknown) => void) | undefined;
  #sending: Promise<void> | undefined;

  constructor(options: Options) {
    this.#options = options;
    // Who waits hears of it; nobody has to.
    this.#listening.promise.catch(() => undefined);
    this.#work = this.#stayConnected();
  }

  /** Whether `close` has been called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Waits for a connection that listens. */
  async listening(): Promise<void> {
    await this.#listening.promise;
  }

  /** Sends what is in the outbox, soon, or when there is a connection again. */
  send(): void {
    if (this.#connection === undefined) return;
    this.#sending ??= this.#sendAll(this.#connection);
  }

  /** Sends what can be sent at once, and closes the connection. Idempotent. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#listening.reject(new PubpipeError('CLOSED', 'The event bus has been closed.'));
      await this.#sending;
      this.#closing.resolve();
    }
    await this.#work;
  }

  async #stayConnected(): Promise<void> {
    const { logger, maxReconnectMs } = this.#options;
    for (let waitMs = firstWaitMs; !this.#isClosed; waitMs = Math.min(2 * waitMs, maxReconnectMs)) {
      try {
        await this.#connectAndListen(() => {
          waitMs = firstWaitMs;
        });
      } catch (error) {
        if (this.#isClosed) return;
        logger.warn({ err: error, retryInMs: waitMs }, 'the connection of the event bus is lost; it connects again');
      }
      if (!this.#isClosed) await this.#wait(Math.min(waitMs, maxReconnectMs));
    }
  }

  /** Resolves when the bus is closed, and rejects when the connection is lost. */
  async #connectAndListen(onListening: () => void): Promise<void> {
    const { connect, channel, onPayload, timeoutMs } = this.#options;
    const connection = await inTime(connect(), timeoutMs, (late) => this.#discard(late));
    const lost = Promise.withResolvers<never>();
    // It may be lost after everybody has stopped waiting.
    lost.promise.catch(() => undefined);
    connection.on('error', lost.reject);
    connection.on('end', () => lost.reject(new Error('The connection has ended.')));
    connection.on('notification', ({ payload }) => {
      if (payload !== undefined) onPayload(payload);
    });
    try {
      await Promise.race([inTime(connection.query(`LISTEN "${channel}"`), timeoutMs), lost.promise]);
      if (this.#isClosed) return;
      onListening();
      this.#lost = lost.reject;
      this.#connection = connection;
      this.#listening.resolve();
      this.send();
      await Promise.race([lost.promise, this.#closing.promise]);
    } finally {
      if (!this.#isClosed && this.#connection !== undefined) {
        this.#listening = Promise.withResolvers();
        this.#listening.promise.catch(() => undefined);
      }
      this.#connection = undefined;
      await this.#discard(connection);
    }
  }

  async #sendAll(connection: PostgresConnection): Promise<void> {
    const { channel, timeoutMs } = this.#options;
    // What is published in one go is sent in one message.
    await Promise.resolve();
    try {
      for (let payload = this.#next(connection); payload !== undefined; payload = this.#next(connection)) {
        await inTime(connection.query('SELECT pg_notify($1, $2)', [channel, payload]), timeoutMs);
      }
    } catch (error) {
      // A connection that does not answer is as good as lost, and what was under way only costs time.
      if (this.#connection === connection) this.#lost?.(error);
    } finally {
      // At once after the outbox was found empty: what is published from now on begins anew.
      this.#sending = undefined;
      if (this.#connection !== connection) this.send();
    }
  }

  #next(connection: PostgresConnection): string | undefined {
    return this.#connection === connection ? this.#options.outbox.takePayload() : undefined;
  }

  async #discard(connection: PostgresConnection): Promise<void> {
    // Errors of a connection that nobody uses any more are nobody's.
    await inTime(connection.end(), this.#options.timeoutMs).catch(() => undefined);
  }

  async #wait(ms: number): Promise<void> {
    const elapsed = Promise.withResolvers<void>();
    // A bus alone keeps no process alive.
    const timer = setTimeout(elapsed.resolve, ms).unref();
    await Promise.race([elapsed.promise, this.#closing.promise]);
    clearTimeout(timer);
  }
}
