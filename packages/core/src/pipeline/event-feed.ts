import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { FeedEntry } from '../ports/event-feed.ts';
import { type ConsumeFeedOptions, type EventConsumer, type FeedHandler, startConsumer } from './consume-feed.ts';
import { FeedReader } from './feed-reader.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { resolveSubscribeOptions, type SubscribeOptions, subscribeFeed } from './subscribe-feed.ts';

/** The events of all jobs, as a pipeline offers them. */
export interface PipelineFeed {
  readonly subscribe: (options: SubscribeOptions) => AsyncGenerator<FeedEntry, void>;
  readonly consume: (name: string, handler: FeedHandler, options: ConsumeFeedOptions) => Promise<EventConsumer>;
  /** Ends subscriptions and consumers. Idempotent. */
  readonly close: () => Promise<void>;
}

/** Makes the feed of a pipeline: one reader for all who follow. */
export function createEventFeed<Transaction>(parts: PipelineParts<Transaction>): PipelineFeed {
  const reader = new FeedReader(parts);
  const closing = new AbortController();
  const consumers = new Set<EventConsumer>();

  function subscribe(options: SubscribeOptions): AsyncGenerator<FeedEntry, void> {
    const { signal = closing.signal, ...resolved } = resolveSubscribeOptions(options);
    return subscribeFeed(parts, reader, { ...resolved, signal: AbortSignal.any([signal, closing.signal]) });
  }

  return Object.freeze({
    subscribe,
    async consume(name: string, handler: FeedHandler, options: ConsumeFeedOptions) {
      if (closing.signal.aborted) throw closing.signal.reason;
      const consumer = await startConsumer({ ...parts, subscribe }, { name, handler, options });
      const tracked: EventConsumer = {
        async close(closeOptions) {
          await consumer.close(closeOptions);
          consumers.delete(tracked);
        },
      };
      consumers.add(tracked);
      // The pipeline may have been closed while it started.
      if (closing.signal.aborted) await tracked.close();
      return Object.freeze(tracked);
    },
    async close() {
      // Consumers first: what they have handled is written down.
      await Promise.all([...consumers].map((consumer) => consumer.close()));
      closing.abort(new PubpipeError('CLOSED', 'The pipeline has been closed.'));
    },
  });
}
