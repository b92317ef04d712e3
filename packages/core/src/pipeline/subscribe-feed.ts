import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { isPubpipeError, PubpipeError, throwIfCancelled } from '../errors/pubpipe-error.ts';
import { unlessAborted } from '../errors/unless-aborted.ts';
import type { FeedEntry, FeedScope } from '../ports/event-feed.ts';
import { attachBuffer } from './attach-buffer.ts';
import { createBell } from './bell.ts';
import { FeedBuffer } from './feed-buffer.ts';
import type { FeedParts, FeedReader } from './feed-reader.ts';
import { pause } from './pause.ts';

/** Which events to follow, and from where. */
export interface SubscribeOptions {
  /** Whose events. @defaultValue 'default' */
  readonly tenant?: string | undefined;
  /** Follows the events of all tenants: for the host's own use, never for a tenant's eyes. @defaultValue false */
  readonly allTenants?: boolean | undefined;
  /** `position` of the last entry already handled; 0 for all that is kept. @defaultValue the end, when the iteration begins */
  readonly after?: number | undefined;
  /** Ends the iteration, which then rejects with `CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
  /** How many entries wait in memory for a slow subscriber, before it reads them from the store instead. @defaultValue 256 */
  readonly bufferSize?: number | undefined;
}

/** Checks and completes the options, before anything is read. */
export function resolveSubscribeOptions(options: SubscribeOptions) {
  const { tenant, allTenants = false, after, signal, bufferSize = 256 } = options;
  if (allTenants && tenant !== undefined) {
    throw new PubpipeError('INVALID_INPUT', 'Either one tenant or allTenants can be subscribed to.');
  }
  checkWholeNumbers({ bufferSize }, { least: 1 });
  if (after !== undefined) checkWholeNumbers({ after }, { least: 0 });
  const scope: FeedScope = allTenants ? 'all-tenants' : { tenant: tenant ?? 'default' };
  return { scope, after, signal, bufferSize };
}

/** {@link SubscribeOptions}, complete. */
export type ResolvedSubscription = ReturnType<typeof resolveSubscribeOptions>;

/**
 * Yields the feed from `after` on, past and future. A subscriber is attached to the reader first, and
 * reads from the store up to where the reader then was: so nothing can be missed between the two. One that
 * is too slow for its buffer does the same again.
 */
export async function* subscribeFeed(
  parts: FeedParts,
  reader: FeedReader,
  { scope, after, signal, bufferSize }: ResolvedSubscription,
): AsyncGenerator<FeedEntry, void> {
  throwIfCancelled(signal);
  const { jobStore } = parts;
  const bell = createBell(signal);
  let cursor = after ?? (await unlessAborted(jobStore.feedEnd(), signal));
  let hasBegun = after === undefined;
  // The first read says whether the store is there at all; later ones only wait for it.
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    const answer = await (hasBegun ? patiently(parts, work, signal) : unlessAborted(work(), signal));
    hasBegun = true;
    return answer;
  };
  let buffer: FeedBuffer | undefined;
  // A cursor that was given may be one that the store has not got, which only reading tells.
  let mustRead = after !== undefined;
  try {
    for (;;) {
      const own = new FeedBuffer({ scope, capacity: bufferSize, onChange: bell.ring });
      const attachedAt = await attachBuffer(reader, own, ask);
      if (buffer !== undefined) reader.detach(buffer);
      buffer = own;
      while (mustRead || cursor < attachedAt) {
        const from = cursor;
        const page = await ask(() => jobStore.readFeed({ scope, after: from }));
        for (const entry of page.entries) {
          throwIfCancelled(signal);
          yield entry;
        }
        cursor = page.position;
        mustRead = page.hasMore;
      }
      while (!own.hasOverflowed) {
        throwIfCancelled(signal);
        bell.silence();
        const { entries, position } = own.take();
        for (const entry of entries) {
          if (entry.position <= cursor) continue;
          throwIfCancelled(signal);
          yield entry;
          cursor = entry.position;
        }
        cursor = Math.max(cursor, position);
        if (!own.hasOverflowed) await bell.rung(parts.eventPollMs);
      }
      mustRead = true;
    }
  } finally {
    if (buffer !== undefined) reader.detach(buffer);
    bell.close();
  }
}

/** Repeats a read until the database answers or `signal` aborts. */
async function patiently<T>(
  { logger, eventPollMs }: FeedParts,
  work: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let waitMs = 100; ; waitMs = Math.min(2 * waitMs, eventPollMs)) {
    try {
      return await unlessAborted(work(), signal);
    } catch (error) {
      if (!isPubpipeError(error) || error.code !== 'JOB_STORE_UNAVAILABLE') throw error;
      logger.warn({ err: error }, 'a subscriber could not read its events; it reads them again');
    }
    await pause(Math.min(waitMs, eventPollMs), signal);
    throwIfCancelled(signal);
  }
}
