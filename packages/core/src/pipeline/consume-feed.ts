import { checkTimes } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { JobEventType } from '../job/job-event.ts';
import { randomId } from '../job/random-id.ts';
import type { FeedEntry } from '../ports/event-feed.ts';
import { callHandler } from './call-handler.ts';
import { type ConsumerParts, CursorLease } from './cursor-lease.ts';
import { pause } from './pause.ts';

/**
 * Handles an entry of the feed. When it rejects, it is called with the same entry again. `signal` aborts when its time
 * is over, when another instance may handle the entry, or when the consumer can't wait any longer: a handler that goes
 * on all the same may then be at work beside its successor.
 */
export type FeedHandler = (entry: FeedEntry, controls: { readonly signal: AbortSignal }) => Promise<void> | void;

/** Why an entry was not handled, and what comes next. */
export interface ConsumerFailure {
  /** What the handler threw. */
  readonly error: unknown;
  readonly entry: FeedEntry;
  /** How often it has failed for this entry, in this instance. */
  readonly failures: number;
  /** Wait before it is called again, in milliseconds. */
  readonly retryInMs: number;
}

/** How to consume the feed. */
export interface ConsumeFeedOptions {
  /** Where a name that is used for the first time begins: at the first event that is kept, or with what comes. @defaultValue 'end' */
  readonly from?: 'start' | 'end' | undefined;
  /** Which events are handled, besides resets; the others are passed over. @defaultValue all */
  readonly types?: readonly JobEventType[] | undefined;
  /** How long after an instance has died another goes on, in milliseconds. @defaultValue 30_000 */
  readonly leaseMs?: number | undefined;
  /** Longest time that a handler may take for one entry, in milliseconds; then it has failed. @defaultValue 300_000 */
  readonly handlerTimeoutMs?: number | undefined;
  /** Wait after a handler's first error, in milliseconds. Doubles with each further one. @defaultValue 1_000 */
  readonly retryMs?: number | undefined;
  /** Longest wait after an error, in milliseconds. @defaultValue 60_000 */
  readonly maxRetryMs?: number | undefined;
  /** Called after each of a handler's errors; they are logged too. Must not throw. @defaultValue none */
  readonly onFailure?: ((failure: ConsumerFailure) => void) | undefined;
}

/** A consumer at work. */
export interface EventConsumer {
  /**
   * Takes no further entry, waits for the handler at work, and hands over to another instance. A handler that has
   * not ended within `drainTimeoutMs` is told so by its signal, and its entry is handled again elsewhere when the
   * lease is over. Idempotent.
   */
  close(options?: {
    /** In milliseconds. @defaultValue 10_000 */
    readonly drainTimeoutMs?: number | undefined;
  }): Promise<void>;
}

interface Consumption {
  readonly name: string;
  readonly handler: FeedHandler;
  readonly options: ConsumeFeedOptions;
}

/** See `Pipeline.consume`. */
export async function startConsumer(
  parts: ConsumerParts,
  { name, handler, options }: Consumption,
): Promise<EventConsumer> {
  const { from = 'end', types, onFailure } = options;
  const { leaseMs = 30_000, handlerTimeoutMs = 300_000, retryMs = 1_000, maxRetryMs = 60_000 } = options;
  checkTimes({ leaseMs, handlerTimeoutMs, retryMs, maxRetryMs }, { least: 1 });
  await parts.jobStore.registerConsumer({ name, from });
  const settings = { name, owner: randomId(), handler, types: types && new Set(types), onFailure };
  return new FeedConsumer(parts, { ...settings, leaseMs, handlerTimeoutMs, retryMs, maxRetryMs });
}

interface Settings {
  readonly leaseMs: number;
  readonly handlerTimeoutMs: number;
  readonly retryMs: number;
  readonly maxRetryMs: number;
  readonly name: string;
  readonly owner: string;
  readonly handler: FeedHandler;
  readonly types: ReadonlySet<string> | undefined;
  readonly onFailure: ConsumeFeedOptions['onFailure'];
}

class FeedConsumer implements EventConsumer {
  readonly #parts: ConsumerParts;
  readonly #settings: Settings;
  readonly #closing = new AbortController();
  readonly #givingUp = new AbortController();
  readonly #work: Promise<void>;

  constructor(parts: ConsumerParts, settings: Settings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#work = this.#takeTurns();
  }

  async close({ drainTimeoutMs = 10_000 }: { readonly drainTimeoutMs?: number | undefined } = {}): Promise<void> {
    checkTimes({ drainTimeoutMs });
    const reason = new PubpipeError('CLOSED', 'The consumer has been closed.');
    this.#closing.abort(reason);
    const timer = setTimeout(() => this.#givingUp.abort(reason), drainTimeoutMs);
    await this.#work;
    clearTimeout(timer);
  }

  async #takeTurns(): Promise<void> {
    const { logger, eventPollMs } = this.#parts;
    const { name, leaseMs } = this.#settings;
    while (!this.#closing.signal.aborted) {
      try {
        const lease = await CursorLease.take(this.#parts, this.#settings);
        if (lease !== undefined) await this.#consume(lease);
      } catch (error) {
        if (!this.#closing.signal.aborted) logger.warn({ err: error, consumer: name }, 'a consumer was interrupted');
      }
      await pause(Math.min(eventPollMs, leaseMs), this.#closing.signal);
    }
  }

  async #consume(lease: CursorLease): Promise<void> {
    const { types } = this.#settings;
    const signal = AbortSignal.any([lease.signal, this.#closing.signal]);
    const handling = AbortSignal.any([lease.signal, this.#givingUp.signal]);
    try {
      for await (const entry of this.#parts.subscribe({ allTenants: true, after: lease.position, signal })) {
        if (entry.type !== 'reset' && types?.has(entry.type) === false) {
          lease.passOver(entry.position);
          continue;
        }
        if (!(await this.#handle(entry, lease, handling))) return;
        await lease.advance(entry.position);
      }
    } finally {
      await lease.end();
    }
  }

  /** Answers whether the entry has been handled; if not, the consumer is closed. */
  async #handle(entry: FeedEntry, lease: CursorLease, signal: AbortSignal): Promise<boolean> {
    const { name, handler, handlerTimeoutMs: timeoutMs, retryMs, maxRetryMs, onFailure } = this.#settings;
    for (let failures = 1; ; failures += 1) {
      try {
        await callHandler((stop) => handler(entry, { signal: stop }), { signal, timeoutMs });
        return true;
      } catch (error) {
        if (signal.aborted) {
          // It may still be at work: nobody else gets the entry before the lease is over.
          lease.abandon();
          throw error;
        }
        const retryInMs = Math.min(maxRetryMs, retryMs * 2 ** (failures - 1));
        const job = entry.type === 'reset' ? {} : { jobId: entry.jobId, tenant: entry.tenant };
        const facts = { err: error, consumer: name, ...job, position: entry.position, failures, retryInMs };
        this.#parts.logger.warn(facts, 'a consumer could not handle an event; it handles it again');
        onFailure?.({ error, entry, failures, retryInMs });
        await pause(retryInMs, AbortSignal.any([signal, this.#closing.signal]));
        if (this.#closing.signal.aborted || signal.aborted) return false;
      }
    }
  }
}
