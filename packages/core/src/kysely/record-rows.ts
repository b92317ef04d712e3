import { sql } from 'kysely';
import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { errorTraits } from '../errors/error-traits.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { EndedRecord, JobRecord, RecordStatus } from '../job/job-record.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import type { Claim } from '../ports/job-store.ts';
import type { MergePath } from '../ports/merger.ts';
import type { NewRecord, RecordFilter, RecordPage } from '../ports/record-rows.ts';
import type { JobRecordsTable } from './database.ts';
import { changeFenced, claimLost } from './fence.ts';
import { optionalNumber, toJobArtifact, toJobError } from './from-row.ts';
import { fromPositionCursor, toPositionCursor } from './id-cursor.ts';
import { artifactColumns, artifactFields, type LinkValues, linkColumns, linkFields } from './job-view-query.ts';
import { jsonText, parseJson } from './json-text.ts';
import { makeReady } from './make-ready.ts';
import { jobNotFound } from './read-jobs.ts';
import { type Connection, inTransaction, type StoreContext, translated } from './store-context.ts';

const recordsAtOnce = 200;
const filesAtOnce = 2_000;

/** See `RecordRows.publishRecords`. It is no event, so it takes no event number. */
export async function publishRecords(
  context: StoreContext,
  claim: Claim,
  records: readonly NewRecord[],
): Promise<void> {
  const files = records.flatMap(({ first, files: own }) => own.map((file) => ({ ...file, record: first })));
  checkWholeNumbers({ 'records.length': records.length }, { least: 1, most: recordsAtOnce });
  checkWholeNumbers({ 'files.length': files.length }, { least: 0, most: filesAtOnce });
  await inTransaction(context, async (trx) => {
    // A claim that comes so far has something of an end: it is not what kills its workers. What will be made again is none.
    const isProgress = records.some(isEndedForGood);
    const fence = changeFenced(context, trx, claim, (eb) => ({
      event_seq: eb.ref('jobs.event_seq'),
      ...(isProgress && { lost_claims: 0 }),
    }));
    if ((await fence.execute()).length === 0) throw claimLost(claim);
    if (files.length > 0) await makeReady(context, trx, claim.tenant, files);
    if (claim.attempt > 1) await forgetFailed(context, trx, claim.jobId, records);
    await insertRecords(context, trx, claim, records);
    if (files.length > 0) await insertFiles(context, trx, claim, files);
  });
}

/** Whether no later attempt makes the record again. */
const isEndedForGood = ({ error }: NewRecord): boolean => error === undefined || !errorTraits[error.code].retryable;

async function insertRecords({ into }: StoreContext, trx: Connection, claim: Claim, records: readonly NewRecord[]) {
  const rows = await trx
    .insertInto(into.job_records)
    .values(
      records.map(({ first, last, name, status, path, pathReason, pageCount, findings, notes, error }) => ({
        job_id: claim.jobId,
        first_record: first,
        last_record: last,
        name,
        status,
        path,
        path_reason: pathReason === undefined ? null : withoutNul(pathReason),
        page_count: pageCount ?? null,
        findings: jsonText(findings),
        notes: jsonText(notes),
        error_code: error?.code ?? null,
        error_message: error === undefined ? null : withoutNul(error.message),
        error_details: error === undefined ? null : jsonText(error.details),
        attempt: claim.attempt,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('first_record')
    .execute();
  if (rows.length === records.length) return;
  throw new PubpipeError('INVALID_INPUT', 'One of the records was published before.', { details: { ...claim } });
}

async function insertFiles(
  { into }: StoreContext,
  trx: Connection,
  claim: Claim,
  files: readonly (NewRecord['files'][number] & { readonly record: number })[],
) {
  const rows = await trx
    .insertInto(into.job_artifacts)
    .values(
      files.map(({ artifactId, name, page, record }) => ({
        job_id: claim.jobId,
        role: 'record',
        name,
        artifact_id: artifactId,
        attempt: claim.attempt,
        page: page ?? null,
        record,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('name')
    .execute();
  if (rows.length === files.length) return;
  throw new PubpipeError('INVALID_INPUT', 'Two files of records have the same name.', { details: { ...claim } });
}

/** Removes what is known of records that failed, or of these among them: they are about to be made again. They have no files. */
export async function forgetFailed(
  { from }: StoreContext,
  trx: Connection,
  jobId: string,
  among?: readonly NewRecord[],
): Promise<void> {
  await trx
    .deleteFrom(from.job_records)
    .where('job_records.job_id', '=', jobId)
    .where('job_records.status', '=', 'failed')
    .$if(among !== undefined, (query) =>
      query.where(
        'job_records.first_record',
        'in',
        (among ?? []).map(({ first }) => first),
      ),
    )
    .execute();
}

const recordFields = [
  'first_record',
  'last_record',
  'name',
  'status',
  'path',
  'path_reason',
  'page_count',
  'findings',
  'notes',
  'error_code',
  'error_message',
  'error_details',
  'attempt',
] as const satisfies readonly (keyof JobRecordsTable)[];

/** See `RecordRows.records`. A job without records is a row without one. */
export async function readRecords(
  { db, dialect, from }: StoreContext,
  job: RowId,
  { status, limit = 50, cursor }: RecordFilter,
): Promise<RecordPage> {
  checkWholeNumbers({ limit }, { least: 1, most: 1_000 });
  const after = cursor === undefined ? 0 : fromPositionCursor(cursor);
  const page = db
    .selectFrom(from.job_records)
    .select(recordFields.map((name) => `job_records.${name}` as const))
    .where('job_records.job_id', '=', job.id)
    .where('job_records.first_record', '>', after)
    .$if(status !== undefined, (query) => query.where('job_records.status', '=', status as string))
    .orderBy('job_records.first_record')
    .limit(limit + 1);
  const rows = await translated(() =>
    db
      .selectFrom(from.jobs)
      .leftJoin(page.as('found'), (join) => join.onTrue())
      .select(recordFields.map((name) => `found.${name}` as const))
      .select((eb) =>
        dialect
          .jsonRowsFrom(
            eb
              .selectFrom(from.job_artifacts)
              .innerJoin(from.artifacts, 'artifacts.id', 'job_artifacts.artifact_id')
              .select([...linkColumns, ...artifactColumns])
              .whereRef('job_artifacts.job_id', '=', 'jobs.id')
              .whereRef('job_artifacts.record', '=', sql<number>`found.first_record`)
              .orderBy('job_artifacts.page', (order) => order.asc().nullsFirst())
              .orderBy('job_artifacts.name'),
            [...linkFields, ...artifactFields],
          )
          .as('files'),
      )
      .where('jobs.id', '=', job.id)
      .where('jobs.tenant', '=', job.tenant)
      .orderBy('found.first_record')
      .execute(),
  );
  if (rows.length === 0) throw jobNotFound(job);
  const records = rows.flatMap((row) => (row.first_record === null ? [] : [toJobRecord(row as RecordRow)]));
  if (records.length <= limit) return { records };
  return { records: records.slice(0, limit), nextCursor: toPositionCursor(records[limit - 1]?.first ?? 0) };
}

type RecordRow = Pick<
  JobRecordsTable,
  'name' | 'status' | 'path' | 'path_reason' | 'findings' | 'notes' | 'error_code' | 'error_message'
> &
  Readonly<Record<'first_record' | 'last_record' | 'attempt', number | string | bigint>> & {
    readonly page_count: number | string | bigint | null;
    readonly error_details: unknown;
    readonly files: unknown;
  };

function toJobRecord(row: RecordRow): JobRecord {
  return {
    first: Number(row.first_record),
    last: Number(row.last_record),
    name: row.name,
    status: row.status as RecordStatus,
    path: row.path as MergePath,
    pathReason: row.path_reason ?? undefined,
    pageCount: optionalNumber(row.page_count),
    findings: parseJson(row.findings) as JobRecord['findings'],
    notes: parseJson(row.notes) as JobRecord['notes'],
    error: toJobError(row),
    attempt: Number(row.attempt),
    files: (parseJson(row.files) as readonly LinkValues[]).map(toJobArtifact),
  };
}

/** See `RecordRows.endedRecords`. */
export async function endedRecords(
  { db, from }: StoreContext,
  job: RowId,
  { after = 0, limit }: { readonly after?: number | undefined; readonly limit: number },
): Promise<readonly EndedRecord[]> {
  checkWholeNumbers({ limit }, { least: 1, most: 10_000 });
  const rows = await translated(() =>
    db
      .selectFrom(from.job_records)
      .innerJoin(from.jobs, 'jobs.id', 'job_records.job_id')
      .select(['job_records.first_record', 'job_records.last_record', 'job_records.status', 'job_records.error_code'])
      .where('job_records.job_id', '=', job.id)
      .where('jobs.tenant', '=', job.tenant)
      .where('job_records.first_record', '>', after)
      .orderBy('job_records.first_record')
      .limit(limit)
      .execute(),
  );
  return rows.map(({ first_record, last_record, status, error_code }) => ({
    first: Number(first_record),
    last: Number(last_record),
    status: status as RecordStatus,
    code: toJobError({ error_code, error_message: null, error_details: null })?.code,
  }));
}

/** PostgreSQL's text has no NUL; a program's last words may. */
const withoutNul = (text: string): string => text.replaceAll('\0', '\uFFFD');
