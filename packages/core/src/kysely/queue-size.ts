import type { QueueSize } from '../ports/queue-size.ts';
import { type StoreContext, translated } from './store-context.ts';

/** As far as is counted. Of a longer queue, those that go first are. */
const countLimit = 10_000;

/**
 * See `JobStore.queueSize`. Each part reads an index that has only such jobs in it, and a bounded number of them.
 * What the queue was told of is due.
 */
export async function queueSize({ db, dialect, from }: StoreContext): Promise<QueueSize> {
  const queued = db.selectFrom(from.jobs).select('jobs.run_at').where('jobs.status', '=', 'queued').limit(countLimit);
  // The lane: of columns that another index has, SQLite would read that one, with all jobs in it.
  const running = db.selectFrom(from.jobs).select('jobs.lane').where('jobs.status', '=', 'running').limit(countLimit);
  const told = queued.where('jobs.dispatched_at', 'is not', null);
  const row = await translated(() =>
    db
      .selectFrom(queued.where('jobs.dispatched_at', 'is', null).as('waiting'))
      .select((eb) => [
        eb.fn.count(eb.case().when('waiting.run_at', '<=', dialect.now()).then(1).end()).as('due'),
        eb.fn.countAll().as('waiting'),
        eb
          .selectFrom(told.as('told'))
          .select((inner) => inner.fn.countAll().as('count'))
          .as('told'),
        eb
          .selectFrom(running.as('running'))
          .select((inner) => inner.fn.countAll().as('count'))
          .as('running'),
      ])
      .executeTakeFirstOrThrow(),
  );
  const due = Number(row.due);
  return { queued: due + Number(row.told), delayed: Number(row.waiting) - due, running: Number(row.running) };
}
