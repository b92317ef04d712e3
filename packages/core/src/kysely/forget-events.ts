import { sql } from 'kysely';
import { lockFeed } from './number-events.ts';
import type { Connection, StoreContext } from './store-context.ts';

/**
 * Deletes the events of jobs that are older than what is kept, and notes up to where the feed, and that of each
 * tenant, is not whole any more: a cursor before that gets a reset. The feed is locked before any of its events, as
 * readers do.
 */
export async function forgetEvents(context: StoreContext, trx: Connection, jobIds: readonly string[]): Promise<number> {
  const { last, purged } = await lockFeed(context, trx);
  const gone = await deleteEvents(context, trx, jobIds);
  // What nobody has read yet takes a position along: a cursor that stands at the end misses it too.
  const marks = new Map<string, number>();
  for (const { tenant, position } of gone) {
    marks.set(tenant, Math.max(marks.get(tenant) ?? 0, position === null ? last + 1 : Number(position)));
  }
  const highest = Math.max(0, ...marks.values());
  await trx
    .updateTable(context.from.event_feed)
    .set({ last_position: Math.max(last, highest), purged_position: Math.max(purged, highest) })
    .where('event_feed.id', '=', 1)
    .execute();
  await markTenants(context, trx, marks);
  return gone.length;
}

async function markTenants({ into }: StoreContext, trx: Connection, marks: ReadonlyMap<string, number>) {
  if (marks.size === 0) return;
  const given = sql.ref<number>('excluded.purged_position');
  const stored = sql.ref<number>(`${into.tenants}.purged_position`);
  await trx
    .insertInto(into.tenants)
    .values([...marks].map(([tenant, position]) => ({ tenant, purged_position: position })))
    .onConflict((conflict) =>
      conflict
        .column('tenant')
        .doUpdateSet({ purged_position: sql`CASE WHEN ${given} > ${stored} THEN ${given} ELSE ${stored} END` }),
    )
    .execute();
}

/**
 * Deletes the events of jobs that are erased. No cursor is reset for it: what others have not read yet
 * of other jobs must still come to them, however young the erased events were.
 */
export async function eraseEvents(context: StoreContext, trx: Connection, jobIds: readonly string[]): Promise<number> {
  return (await deleteEvents(context, trx, jobIds)).length;
}

async function deleteEvents({ from }: StoreContext, trx: Connection, jobIds: readonly string[]) {
  return await trx
    .deleteFrom(from.job_events)
    .where('job_events.job_id', 'in', jobIds)
    .returning(['tenant', 'position'])
    .execute();
}
