import type { Selectable } from 'kysely';
import { checkWholeNumbers } from '../errors/check-numbers.ts';
import type { FeedEvent, FeedPage, FeedRequest } from '../ports/event-feed.ts';
import type { JobEventsTable } from './database.ts';
import { toJobEvent } from './from-row.ts';
import { numberEvents } from './number-events.ts';
import { type StoreContext, translated } from './store-context.ts';

/**
 * See `EventFeed.readFeed`. Numbering comes first, also when there seems nothing to number: what somebody
 * else numbers between reading and looking would be missed.
 */
export async function readFeed(context: StoreContext, { scope, after, limit = 500 }: FeedRequest): Promise<FeedPage> {
  checkWholeNumbers({ after }, { least: 0 });
  checkWholeNumbers({ limit }, { least: 1, most: 1_000 });
  const mayBeMore = await numberEvents(context);
  const page = await readNumbered(context, { scope, after, limit });
  return { ...page, hasMore: page.hasMore || mayBeMore };
}

/** See `EventFeed.feedEnd`. */
export async function feedEnd(context: StoreContext): Promise<number> {
  while (await numberEvents(context));
  const { db, from } = context;
  const row = await translated(() =>
    db.selectFrom(from.event_feed).select('event_feed.last_position').where('event_feed.id', '=', 1).executeTakeFirst(),
  );
  return Number(row?.last_position ?? 0);
}

/** The marks of the feed and the events in one statement: what is purged meanwhile can't go unnoticed. */
async function readNumbered(
  { db, from }: StoreContext,
  { scope, after, limit }: FeedRequest & { readonly limit: number },
): Promise<FeedPage> {
  const tenant = scope === 'all-tenants' ? undefined : scope.tenant;
  const rows = await translated(() =>
    db
      .selectFrom(from.event_feed)
      .leftJoin(from.tenants, (join) => join.on('tenants.tenant', '=', tenant ?? ''))
      .leftJoin(
        (eb) =>
          eb
            .selectFrom(from.job_events)
            .selectAll('job_events')
            .where('job_events.position', '>', after)
            .$if(tenant !== undefined, (query) => query.where('job_events.tenant', '=', tenant as string))
            .orderBy('job_events.position')
            .limit(limit)
            .as('read'),
        (join) => join.onTrue(),
      )
      .selectAll('read')
      .select(['event_feed.last_position', 'event_feed.purged_position as purged', 'tenants.purged_position as ours'])
      .where('event_feed.id', '=', 1)
      .orderBy('read.position')
      .execute(),
  );
  const last = Number(rows[0]?.last_position ?? 0);
  const purged = Number((tenant === undefined ? rows[0]?.purged : rows[0]?.ours) ?? 0);
  const events = rows.filter(({ position }) => position !== null).map((row) => toFeedEvent(row as EventRow));
  if (after > last) return { entries: [{ type: 'reset', position: last }], position: last, hasMore: true };
  if (after < purged) return beforeMark(events, { purged, limit });
  const hasMore = events.length === limit;
  return { entries: events, position: hasMore ? (events.at(-1)?.position ?? last) : last, hasMore };
}

/** What is left of the part of the feed that is not whole any more, and then its reset: no job that is kept is missed. */
function beforeMark(
  events: readonly FeedEvent[],
  { purged, limit }: { readonly purged: number; readonly limit: number },
): FeedPage {
  const kept = events.filter(({ position }) => position < purged);
  if (kept.length === limit) return { entries: kept, position: kept.at(-1)?.position ?? purged, hasMore: true };
  return { entries: [...kept, { type: 'reset', position: purged }], position: purged, hasMore: true };
}

type EventRow = Selectable<JobEventsTable>;

const toFeedEvent = (row: EventRow): FeedEvent => ({
  ...toJobEvent(row, row.tenant),
  position: Number(row.position),
});
