import type { SelectQueryBuilder } from 'kysely';
import { type Condemned, condemnUnused, type ErasureMark } from './condemn-unused.ts';
import type { PubpipeDatabase } from './database.ts';
import type { Connection, StoreContext } from './store-context.ts';

/** Records that one transaction removes: a merge may have a million, with files. */
const recordsAtOnce = 1_000;

/** What was removed, and whether there are more. */
export interface RemovedRecords extends Condemned {
  readonly more: boolean;
}

/** Jobs that are about to be removed, by their ids, locked. */
type Jobs = SelectQueryBuilder<PubpipeDatabase, 'jobs', { id: string }>;

/**
 * Removes records of jobs that are about to be removed, a bounded number with each call: while there are more, the jobs
 * have to wait for the next one.
 */
export async function removeSomeRecords(
  context: StoreContext,
  trx: Connection,
  jobs: Jobs,
  mark?: ErasureMark,
): Promise<RemovedRecords> {
  const { from } = context;
  const records = await trx
    // Locked, as the jobs have to stay what they are: an attempt that begins meanwhile would take for published what goes.
    .with('old', () => jobs)
    .with('some', (db) =>
      db
        .selectFrom(from.job_records)
        .select(['job_records.job_id', 'job_records.first_record'])
        .where('job_records.job_id', 'in', db.selectFrom('old').select('old.id'))
        .limit(recordsAtOnce),
    )
    .deleteFrom(from.job_records)
    .where((eb) =>
      eb(
        eb.refTuple('job_records.job_id', 'job_records.first_record'),
        'in',
        eb.selectFrom('some').select(['some.job_id', 'some.first_record']).$asTuple('job_id', 'first_record'),
      ),
    )
    .returning(['job_id', 'first_record'])
    .execute();
  const more = records.length === recordsAtOnce;
  const links: string[] = [];
  for (const [jobId, own] of Map.groupBy(records, ({ job_id }) => job_id)) {
    const rows = await trx
      .deleteFrom(from.job_artifacts)
      .where('job_artifacts.job_id', '=', jobId)
      .where(
        'job_artifacts.record',
        'in',
        own.map(({ first_record }) => Number(first_record)),
      )
      .returning('artifact_id')
      .execute();
    links.push(...rows.map(({ artifact_id: id }) => id));
  }
  return { ...(await condemnUnused(context, trx, links, mark)), more };
}
