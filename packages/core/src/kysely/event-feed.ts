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
  return (await readEnds(context)).last;
}

/** Where the feed begins, as far as it is kept, and where it ends. */
export async function readEnds({
  db,
  from,
}: StoreContext): Promise<{ readonly last: number; readonly purged: number }> {
  const row = await translated(() =>
    db.selectFrom(from.event_feed).selectAll('event_feed').where('event_feed.id', '=', 1).executeTakeFirst(),
  );
  return { last: Number(row?.last_position ?? 0), purged: Number(row?.purged_position ?? 0) };
}

/** The ends of the feed and the events in one statement: what is purged meanwhile can't go unnoticed. */
async function readNumbered(
  { db, from }: StoreContext,
  { scope, after, limit }: FeedRequest & { readonly limit: number },
): Promise<FeedPage> {
  const rows = await translated(() =>
    db
      .selectFrom(from.event_feed)
      .leftJoin(
        (eb) =>
          eb
            .selectFrom(from.job_events)
            .selectAll('job_events')
            .where('job_events.position', '>', after)
            .$if(scope !== 'all-tenants', (query) =>
              query.where('job_events.tenant', '=', (scope as { readonly tenant: string }).tenant),
            )
            .orderBy('job_events.position')
            .limit(limit)
            .as('read'),
        (join) => join.onTrue(),
      )
      .selectAll('read')
      .select(['event_feed.last_position', 'event_feed.purged_position'])
      .where('event_feed.id', '=', 1)
      .orderBy('read.position')
      .execute(),
  );
  const last = Number(rows[0]?.last_position ?? 0);
  const purged = Number(rows[0]?.purged_position ?? 0);
  if (after < purged || after > last) {
    const position = after < purged ? purged : last;
    return { entries: [{ type: 'reset', position }], position, hasMore: true };
  }
  const entries = rows.filter(({ position }) => position !== null).map((row) => toFeedEvent(row as EventRow));
  const hasMore = entries.length === limit;
  return { entries, position: hasMore ? (entries.at(-1)?.position ?? last) : last, hasMore };
}

type EventRow = Selectable<JobEventsTable>;

const toFeedEvent = (row: EventRow): FeedEvent => ({
  ...toJobEvent(row, row.tenant),
  position: Number(row.position),
});
