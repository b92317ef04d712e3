import { sql } from 'kysely';
import { type Connection, inTransaction, present, type StoreContext, translated } from './store-context.ts';

/** Most events that one transaction numbers: it holds off other readers that long. */
const batch = 1_000;

/**
 * Gives committed events their positions, in one short transaction that only one reader is in: what is
 * committed later gets a later position. Answers whether there may be more.
 */
export async function numberEvents(context: StoreContext): Promise<boolean> {
  // Most calls find nothing, and then nobody is held off.
  if (!(await hasUnnumbered(context))) return false;
  return await inTransaction(context, async (trx) => {
    const { last } = await lockFeed(context, trx);
    const positions = await numberBatch(context, trx, last);
    if (positions.length === 0) return false;
    await trx
      .updateTable(context.from.event_feed)
      .set({ last_position: positions.reduce((a, b) => Math.max(a, b)) })
      .where('event_feed.id', '=', 1)
      .execute();
    return positions.length === batch;
  });
}

/**
 * Makes this transaction the only one that gives positions or takes numbered events away, until its
 * end. The row is written, so that SQLite takes its write lock; it is made where it is missing.
 */
export async function lockFeed(
  { into }: StoreContext,
  trx: Connection,
): Promise<{ readonly last: number; readonly purged: number }> {
  const row = await trx
    .insertInto(into.event_feed)
    .values({ id: 1, last_position: 0, purged_position: 0 })
    .onConflict((conflict) => conflict.column('id').doUpdateSet((eb) => ({ id: eb.ref('excluded.id') })))
    .returning(['last_position', 'purged_position'])
    .executeTakeFirst();
  const { last_position, purged_position } = present(row);
  return { last: Number(last_position), purged: Number(purged_position) };
}

async function hasUnnumbered({ db, from }: StoreContext): Promise<boolean> {
  const row = await translated(() =>
    db
      .selectFrom(from.job_events)
      .select('job_events.seq')
      .where('job_events.position', 'is', null)
      .limit(1)
      .executeTakeFirst(),
  );
  return row !== undefined;
}

/**
 * The events of the oldest jobs, ordered by the time of their writing. The time is made never to go back
 * within a job, so that its events stay in their order when the clock was put back.
 */
async function numberBatch({ from }: StoreContext, trx: Connection, last: number): Promise<readonly number[]> {
  const rows = await trx
    .with('unnumbered', (db) =>
      db
        .selectFrom(from.job_events)
        .select(['job_events.job_id', 'job_events.seq', 'job_events.created_at'])
        .where('job_events.position', 'is', null)
        .orderBy('job_events.job_id')
        .orderBy('job_events.seq')
        .limit(batch),
    )
    .with('timed', (db) =>
      db.selectFrom('unnumbered').select((eb) => [
        'job_id',
        'seq',
        eb.fn
          .max('created_at')
          .over((over) => over.partitionBy('job_id').orderBy('seq'))
          .as('written_at'),
      ]),
    )
    .with('ranked', (db) =>
      db
        .selectFrom('timed')
        .select(['job_id', 'seq', sql<number>`row_number() OVER (ORDER BY written_at, job_id, seq)`.as('place')]),
    )
    .updateTable(from.job_events)
    .from('ranked')
    .set((eb) => ({ position: eb('ranked.place', '+', last) }))
    .whereRef('job_events.job_id', '=', 'ranked.job_id')
    .whereRef('job_events.seq', '=', 'ranked.seq')
    .returning('position')
    .execute();
  return rows.map(({ position }) => Number(position));
}
