import { lockFeed } from './number-events.ts';
import type { Connection, StoreContext } from './store-context.ts';

/**
 * Deletes the events of jobs that are older than what is kept, and notes how far the feed is not whole
 * any more: a cursor before that gets a reset. It locks the feed, so it comes before any other event is touched.
 */
export async function forgetEvents(context: StoreContext, trx: Connection, jobIds: readonly string[]): Promise<void> {
  if (jobIds.length === 0) return;
  const { from } = context;
  const { last, purged } = await lockFeed(context, trx);
  const gone = await trx
    .deleteFrom(from.job_events)
    .where('job_events.job_id', 'in', jobIds)
    .returning('position')
    .execute();
  if (gone.length === 0) return;
  // What nobody has read yet takes a position along: a cursor that stands at the end misses it too.
  const positions = gone.map(({ position }) => (position === null ? last + 1 : Number(position)));
  const highest = positions.reduce((a, b) => Math.max(a, b));
  await trx
    .updateTable(from.event_feed)
    .set({ last_position: Math.max(last, highest), purged_position: Math.max(purged, highest) })
    .execute();
}
