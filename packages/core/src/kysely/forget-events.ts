import { lockFeed } from './number-events.ts';
import type { Connection, StoreContext } from './store-context.ts';

/**
 * Deletes the events of jobs that are older than what is kept, and notes how far the feed is not whole
 * any more: a cursor before that gets a reset. The feed is locked before any of its events, as readers do.
 */
export async function forgetEvents(context: StoreContext, trx: Connection, jobIds: readonly string[]): Promise<number> {
  const { last, purged } = await lockFeed(context, trx);
  const gone = await deleteEvents(context, trx, jobIds);
  // What nobody has read yet takes a position along: a cursor that stands at the end misses it too.
  const positions = gone.map(({ position }) => (position === null ? last + 1 : Number(position)));
  const highest = positions.reduce((a, b) => Math.max(a, b), 0);
  await trx
    .updateTable(context.from.event_feed)
    .set({ last_position: Math.max(last, highest), purged_position: Math.max(purged, highest) })
    .where('event_feed.id', '=', 1)
    .execute();
  return gone.length;
}

/**
 * Deletes the events of jobs that are erased. No cursor is reset for it: what others have not read yet
 * of other jobs must still come to them, however young the erased events were.
 */
export async function eraseEvents(context: StoreContext, trx: Connection, jobIds: readonly string[]): Promise<number> {
  return (await deleteEvents(context, trx, jobIds)).length;
}

async function deleteEvents({ from }: StoreContext, trx: Connection, jobIds: readonly string[]) {
  return await trx.deleteFrom(from.job_events).where('job_events.job_id', 'in', jobIds).returning('position').execute();
}
