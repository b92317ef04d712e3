import { expressionBuilder } from 'kysely';
import { checkWholeNumbers } from '../errors/check-numbers.ts';
import type { JobStatus } from '../job/job-status.ts';
import type { FileScope, JobFile, JobFileEntry, JobFilePosition } from '../ports/batch-store.ts';
import type { PubpipeDatabase } from './database.ts';
import { toArtifact } from './from-row.ts';
import { type ArtifactRow, artifactColumns } from './job-view-query.ts';
import { type StoreContext, translated } from './store-context.ts';

/**
 * See `BatchStore.jobFiles`. Outputs and the files of records have a statement each, as each of them is read in the order of
 * an index: a job may have a million of these.
 */
export async function readJobFiles(
  context: StoreContext,
  scope: FileScope,
  { limit, after }: { readonly limit: number; readonly after?: JobFilePosition | undefined },
): Promise<readonly JobFileEntry[]> {
  checkWholeNumbers({ limit }, { least: 1, most: 1_000 });
  const { jobId = '', file } = after ?? {};
  const rest = file === undefined ? [] : await readRest(context, scope, { jobId, file, limit });
  if (rest.length === limit) return rest;
  const others = await readJobs(context, scope, { after: jobId, limit: limit - rest.length });
  return [...rest, ...others];
}

interface Rest {
  readonly jobId: string;
  readonly file: Pick<JobFile, 'name' | 'record'>;
  readonly limit: number;
}

/** The files of one job behind one of them. */
async function readRest(
  context: StoreContext,
  scope: FileScope,
  { jobId, file: { name, record }, limit }: Rest,
): Promise<readonly JobFileEntry[]> {
  const jobIds = [jobId];
  if (record !== undefined) return await readRecordFiles(context, scope, { jobIds, behind: { name, record }, limit });
  const rows = await readOutputs(context, scope, { of: { jobId, behind: name }, limit });
  const outputs = rows.map(toEntry).filter((entry) => entry.file !== undefined);
  if (outputs.length === limit || rows.every(hasNoRecords)) return outputs;
  const files = await readRecordFiles(context, scope, { jobIds, limit: limit - outputs.length });
  return [...outputs, ...files];
}

/** Jobs behind one, with their files. */
async function readJobs(
  context: StoreContext,
  scope: FileScope,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly JobFileEntry[]> {
  const rows = await readOutputs(context, scope, { after, limit });
  const withRecords = new Set(rows.flatMap((row) => (hasNoRecords(row) ? [] : [row.job_id])));
  if (withRecords.size === 0) return rows.map(toEntry);
  const files = await readRecordFiles(context, scope, { jobIds: [...withRecords], limit });
  const filesOf = Map.groupBy(files, ({ job }) => job.id);
  const entries = [...Map.groupBy(rows.map(toEntry), ({ job }) => job.id)].flatMap(([id, outputs]) => {
    const [{ job } = { job: undefined }] = outputs;
    // As the job was when its outputs were read, lest it seem to have completed without them.
    const ofRecords = (filesOf.get(id) ?? []).map((entry) => ({ ...entry, job: job ?? entry.job }));
    const ofBoth = [...outputs.filter(({ file }) => file !== undefined), ...ofRecords];
    return ofBoth.length === 0 ? outputs : ofBoth;
  });
  // Whatever a limit has cut off is behind as many entries.
  return entries.slice(0, limit);
}

interface OutputsOf {
  /** Only those of one job, behind one of them. */
  readonly of?: { readonly jobId: string; readonly behind: string };
  /** Those of jobs behind one. */
  readonly after?: string;
  readonly limit: number;
}

/** Jobs with their outputs; one without is a row too. */
async function readOutputs(
  context: StoreContext,
  scope: FileScope,
  { of, after = '', limit }: OutputsOf,
): Promise<readonly OutputRow[]> {
  const { db, from } = context;
  return await translated(() =>
    db
      .selectFrom(from.jobs)
      .leftJoin(from.job_artifacts, (join) =>
        join
          .onRef('job_artifacts.job_id', '=', 'jobs.id')
          .on('job_artifacts.role', '=', 'output')
          .on('job_artifacts.name', '>', of?.behind ?? ''),
      )
      .leftJoin(from.artifacts, 'artifacts.id', 'job_artifacts.artifact_id')
      .select([...jobColumns, documentName(context), ...linkColumns, ...artifactColumns])
      // The first one, in the order of an index: PostgreSQL might look for just any of them in all there are.
      .select((eb) =>
        eb
          .selectFrom(from.job_artifacts)
          .select('job_artifacts.record')
          .whereRef('job_artifacts.job_id', '=', 'jobs.id')
          .where('job_artifacts.record', 'is not', null)
          .orderBy('job_artifacts.record')
          .limit(1)
          .as('any_record'),
      )
      .where(isIn(scope))
      .where('jobs.id', of === undefined ? '>' : '=', of?.jobId ?? after)
      .orderBy('jobs.id')
      .orderBy('job_artifacts.name')
      .limit(limit)
      .execute(),
  );
}

interface RecordFilesOf {
  readonly jobIds: readonly string[];
  /** From the one behind this file on, of a single job. */
  readonly behind?: { readonly record: number; readonly name: string };
  readonly limit: number;
}

/** Files of records, by their jobs and numbers. */
async function readRecordFiles(
  context: StoreContext,
  scope: FileScope,
  { jobIds, behind, limit }: RecordFilesOf,
): Promise<readonly JobFileEntry[]> {
  const { db, from } = context;
  // With a limit of its own, so that no plan begins elsewhere and has to sort.
  const files = db
    .selectFrom(from.job_artifacts)
    .select(['job_artifacts.job_id', 'job_artifacts.artifact_id', ...linkColumns])
    .where('job_artifacts.job_id', 'in', jobIds)
    .where('job_artifacts.record', 'is not', null)
    .$if(behind !== undefined, (query) => {
      const { record, name } = behind ?? { record: 0, name: '' };
      return query
        .where('job_artifacts.record', '>=', record)
        .where((eb) => eb.or([eb('job_artifacts.record', '>', record), eb('job_artifacts.name', '>', name)]));
    })
    .orderBy('job_artifacts.job_id')
    .orderBy('job_artifacts.record')
    .orderBy('job_artifacts.name')
    .limit(limit);
  const rows = await translated(() =>
    db
      .selectFrom(files.as('files'))
      .innerJoin(from.jobs, 'jobs.id', 'files.job_id')
      .innerJoin(from.artifacts, 'artifacts.id', 'files.artifact_id')
      .select([...jobColumns, documentName(context), 'files.role', 'files.name', 'files.record', ...artifactColumns])
      .where(isIn(scope))
      .orderBy('files.job_id')
      .orderBy('files.record')
      .orderBy('files.name')
      .execute(),
  );
  return rows.map(toEntry);
}

function isIn(scope: FileScope) {
  const eb = expressionBuilder<PubpipeDatabase, 'jobs'>();
  return eb.and([
    eb('jobs.tenant', '=', scope.tenant),
    'jobId' in scope ? eb('jobs.id', '=', scope.jobId) : eb('jobs.batch_id', '=', scope.batch),
  ]);
}

/** What the document of a job came as. */
const documentName = ({ from }: StoreContext) =>
  expressionBuilder<PubpipeDatabase, 'jobs'>()
    .selectFrom(from.artifacts)
    .select('artifacts.file_name')
    .whereRef('artifacts.id', '=', 'jobs.input_artifact_id')
    .as('document_name');

const jobColumns = ['jobs.id as job_id', 'jobs.type', 'jobs.status', 'jobs.reference', 'jobs.error_code'] as const;
const linkColumns = ['job_artifacts.role', 'job_artifacts.name', 'job_artifacts.record'] as const;

/** A row of either query: only a job without files has nulls instead of one. */
type EntryRow = { readonly [Name in keyof ArtifactRow]: ArtifactRow[Name] | null } & {
  readonly job_id: string;
  readonly type: string;
  readonly status: string;
  readonly reference: string | null;
  readonly document_name: string | null;
  readonly error_code: string | null;
  readonly role: string | null;
  readonly name: string | null;
  readonly record: number | string | bigint | null;
};

type OutputRow = EntryRow & { readonly any_record: number | string | bigint | null };

const hasNoRecords = ({ any_record: record }: OutputRow): boolean => record === null;

function toEntry(row: EntryRow): JobFileEntry {
  const { job_id: id, type, status, reference, error_code: errorCode, role, name, record } = row;
  const job = {
    id,
    type,
    status: status as JobStatus,
    reference: reference ?? undefined,
    documentName: row.document_name ?? '',
    errorCode: status === 'failed' ? (errorCode ?? undefined) : undefined,
  };
  if (role === null || name === null) return { job };
  const artifact = toArtifact(row as ArtifactRow);
  return {
    job,
    file: { role: role as JobFile['role'], name, record: record === null ? undefined : Number(record), artifact },
  };
}
