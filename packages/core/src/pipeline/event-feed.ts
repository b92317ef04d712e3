import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { JobEvent } from '../job/job-event.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import type { FeedEntry } from '../ports/event-feed.ts';
import { type ConsumeFeedOptions, type EventConsumer, type FeedHandler, startConsumer } from './consume-feed.ts';
import { FeedReader } from './feed-reader.ts';
import { type FollowOptions, followEvents } from './follow-events.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { RollCall } from './roll-call.ts';
import { resolveSubscribeOptions, type SubscribeOptions, subscribeFeed } from './subscribe-feed.ts';

/** The events of all jobs, as a pipeline offers them. */
export interface PipelineFeed {
  readonly follow: (job: RowId, options: FollowOptions) => AsyncGenerator<JobEvent, void>;
  readonly subscribe: (options: SubscribeOptions) => AsyncGenerator<FeedEntry, void>;
  readonly consume: (name: string, handler: FeedHandler, options: ConsumeFeedOptions) => Promise<EventConsumer>;
  /** Ends subscriptions and consumers, and following jobs. Idempotent. */
  readonly close: () => Promise<void>;
}

/** Makes the feed of a pipeline: one reader for all who follow. */
export function createEventFeed<Transaction>(parts: PipelineParts<Transaction>): PipelineFeed {
  const reader = new FeedReader(parts);
  const closing = new AbortController();
  const rollCall = new RollCall(parts.eventPollMs);
  const consumers = new Set<EventConsumer>();
  const orClosing = (signal = closing.signal): AbortSignal => AbortSignal.any([signal, closing.signal]);

  function subscribe(options: SubscribeOptions): AsyncGenerator<FeedEntry, void> {
    const { signal, ...resolved } = resolveSubscribeOptions(options);
    return subscribeFeed(parts, reader, { ...resolved, signal: orClosing(signal) });
  }

  return Object.freeze({
    follow: (job: RowId, { signal, ...options }: FollowOptions) =>
      followEvents({ ...parts, reader, rollCall }, job, { ...options, signal: orClosing(signal) }),
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
