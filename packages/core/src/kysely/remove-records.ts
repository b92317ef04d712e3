import { expressionBuilder, type SelectQueryBuilder } from 'kysely';
import { nothingRemoved } from '../job/removed-jobs.ts';
import type { RemovedJobs } from '../ports/retention.ts';
import { condemnUnused, type ErasureMark } from './condemn-unused.ts';
import type { PubpipeDatabase } from './database.ts';
import type { RowLock } from './sql-dialect.ts';
import { type Connection, inTransaction, type StoreContext, translated } from './store-context.ts';

/** Records that one transaction removes: a merge may have a million, with files. */
const recordsAtOnce = 1_000;

/** Jobs that are to be removed. */
export type OldJobs = SelectQueryBuilder<PubpipeDatabase, 'jobs', { id: string }>;

/** Whose records go, and how. */
interface RemovedRecords {
  /** A bounded number of jobs, in an order. */
  readonly jobs: (db: Connection) => OldJobs;
  readonly lock: RowLock;
  readonly mark?: ErasureMark | undefined;
}

/**
 * Removes some records of the first of the jobs that has any, with the links of their files. Which they are is read before:
 * the database is then given their numbers, and begins no search of its own in what others have.
 */
export async function removeSomeRecords(
  context: StoreContext,
  { jobs, lock, mark }: RemovedRecords,
): Promise<RemovedJobs> {
  const { db, from } = context;
  const jobId = await translated(() => firstWithRecords(context, jobs(db)));
  if (jobId === undefined) return nothingRemoved;
  const found = await translated(() =>
    db
      .selectFrom(from.job_records)
      .select('job_records.first_record')
      .where('job_records.job_id', '=', jobId)
      .orderBy('job_records.first_record')
      .limit(recordsAtOnce)
      .execute(),
  );
  const numbers = found.map((row) => Number(row.first_record));
  if (numbers.length === 0) return nothingRemoved;
  return await inTransaction(context, async (trx) => {
    const records = await trx
      // Locked, as the job has to stay what it is: an attempt that begins meanwhile would take for published what goes.
      .with('old', () => lock(jobs(trx).where('jobs.id', '=', jobId)))
      .deleteFrom(from.job_records)
      .where('job_records.job_id', '=', jobId)
      .where('job_records.first_record', 'in', numbers)
      .where((eb) => eb.exists(eb.selectFrom('old').select('old.id')))
      .returning('first_record')
      .execute();
    if (records.length === 0) return nothingRemoved;
    const removed = records.map((row) => Number(row.first_record));
    const links = await trx
      .deleteFrom(from.job_artifacts)
      .where('job_artifacts.job_id', '=', jobId)
      .where('job_artifacts.record', 'in', removed)
      .returning('artifact_id')
      .execute();
    const files = links.map(({ artifact_id: id }) => id);
    return { ...nothingRemoved, records: removed.length, ...(await condemnUnused(context, trx, files, mark)) };
  });
}

async function firstWithRecords(context: StoreContext, jobs: OldJobs): Promise<string | undefined> {
  const rows = await jobs.select(firstRecord(context).as('record')).execute();
  return rows.find(({ record }) => record !== null)?.id;
}

/** The number of a job's first record; null where it has none. Not `exists`, for which PostgreSQL might read all records there are. */
export const firstRecord = ({ from }: StoreContext) =>
  expressionBuilder<PubpipeDatabase, 'jobs'>()
    .selectFrom(from.job_records)
    .select('job_records.first_record')
    .whereRef('job_records.job_id', '=', 'jobs.id')
    .orderBy('job_records.first_record')
    .limit(1);
