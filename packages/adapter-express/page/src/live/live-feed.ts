import type { FeedEntryJson } from '@pubpipe/core/http';
import { ApiProblem } from '../api/api-problem.ts';
import { Observable } from '../parts/observable.ts';
import { backoffMs } from './backoff.ts';
import { EventStreamParser } from './event-stream-parser.ts';
import { pause } from './pause.ts';

/** How the page hears of news. */
export type LiveState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** `failures` in a row; the next try is under way or comes by itself. */
  | { readonly kind: 'lost'; readonly failures: number };

/** What a feed is made of. */
export interface LiveFeedParts {
  /** Asks for the stream; rejects with what an ApiProblem says when there is none. */
  readonly open: (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>;
  readonly onEntry: (entry: FeedEntryJson) => void;
  /** The key is not, or no longer, right. */
  readonly onUnauthenticated: () => void;
}

// The server gives a sign of life every 15 s unless told otherwise: three of them missing is a dead connection.
const silenceMs = 45_000;

/**
 * The events of all jobs, as they come. By `fetch`, because an `EventSource` can send no key. When the stream ends it
 * comes again, with growing waits, and goes on behind the last event it has.
 */
export class LiveFeed extends Observable<LiveState> {
  readonly #parts: LiveFeedParts;
  readonly #parser = new EventStreamParser();
  #closing: AbortController | undefined;
  #waking = new AbortController();

  constructor(parts: LiveFeedParts) {
    super({ kind: 'closed' });
    this.#parts = parts;
  }

  /** Begins, unless it has begun. */
  start(): void {
    if (this.#closing !== undefined) return;
    this.#closing = new AbortController();
    void this.#run(this.#closing.signal);
  }

  /** Ends it. */
  stop(): void {
    this.#closing?.abort();
    this.#closing = undefined;
    this.change({ kind: 'closed' });
  }

  /** Tries at once instead of waiting on. */
  tryNow(): void {
    this.#waking.abort();
    this.#waking = new AbortController();
  }

  async #run(closing: AbortSignal): Promise<void> {
    let failures = 0;
    this.change({ kind: 'connecting' });
    while (!closing.aborted) {
      let askedAgainAfterMs: number | undefined;
      try {
        await this.#follow(closing, () => {
          failures = 0;
        });
      } catch (error) {
        if (closing.aborted) return;
        if (error instanceof ApiProblem && error.status === 401) {
          this.stop();
          this.#parts.onUnauthenticated();
          return;
        }
        askedAgainAfterMs = error instanceof ApiProblem ? error.retryAfterMs : undefined;
      }
      if (closing.aborted) return;
      failures += 1;
      this.change({ kind: 'lost', failures });
      const waitMs = Math.max(backoffMs(failures), askedAgainAfterMs ?? 0);
      await pause(waitMs, AbortSignal.any([closing, this.#waking.signal]));
    }
  }

  /** Reads one stream to its end. */
  async #follow(closing: AbortSignal, onLive: () => void): Promise<void> {
    const broken = new AbortController();
    const signal = AbortSignal.any([closing, broken.signal]);
    let watchdog = setTimeout(() => broken.abort(), silenceMs);
    try {
      this.#parser.restart();
      const response = await this.#parts.open(this.#parser.lastEventId, signal);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
        if (done || value === undefined) return;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => broken.abort(), silenceMs);
        onLive();
        if (this.state.kind !== 'live') this.change({ kind: 'live' });
        for (const { data } of this.#parser.push(value)) this.#parts.onEntry(JSON.parse(data) as FeedEntryJson);
      }
    } finally {
      clearTimeout(watchdog);
      broken.abort();
    }
  }
}
