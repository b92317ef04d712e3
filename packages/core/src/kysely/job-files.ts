import { checkWholeNumbers } from '../errors/check-numbers.ts';
import type { JobStatus } from '../job/job-status.ts';
import type { FileScope, JobFile, JobFileEntry, JobFilePosition } from '../ports/batch-store.ts';
import { toArtifact } from './from-row.ts';
import { type ArtifactRow, artifactColumns } from './job-view-query.ts';
import { type StoreContext, translated } from './store-context.ts';

/** What a job has made, in the order in which it is read. */
const fileRoles = ['output', 'record'] as const satisfies readonly JobFile['role'][];

/** See `BatchStore.jobFiles`. */
export async function readJobFiles(
  context: StoreContext,
  scope: FileScope,
  { limit, after }: { readonly limit: number; readonly after?: JobFilePosition | undefined },
): Promise<readonly JobFileEntry[]> {
  checkWholeNumbers({ limit }, { least: 1, most: 1_000 });
  // The job that the page before ended in has a query of its own, which begins where that ended: it may have very many files.
  const rest =
    after?.file === undefined ? [] : await readRest(context, scope, { ...after.file, jobId: after.jobId, limit });
  if (rest.length === limit) return rest;
  const others = await readFrom(context, scope, { limit: limit - rest.length, after: after?.jobId ?? '' });
  return [...rest, ...others];
}

interface Position extends Pick<JobFile, 'name' | 'record'> {
  readonly jobId: string;
  readonly limit: number;
}

/** The files of one job behind one of them. */
async function readRest(
  context: StoreContext,
  scope: FileScope,
  { jobId, name, record, limit }: Position,
): Promise<readonly JobFileEntry[]> {
  const { from } = context;
  const rows = await translated(() =>
    jobsOf(context, scope)
      .innerJoin(from.job_artifacts, 'job_artifacts.job_id', 'jobs.id')
      .innerJoin(from.artifacts, 'artifacts.id', 'job_artifacts.artifact_id')
      .select([...linkColumns, ...artifactColumns])
      .where('job_artifacts.job_id', '=', jobId)
      // Of many records those behind one are found by their numbers.
      .$if(record !== undefined, (query) =>
        query
          .where('job_artifacts.record', '>=', record as number)
          .where((eb) =>
            eb.or([eb('job_artifacts.record', '>', record as number), eb('job_artifacts.name', '>', name)]),
          ),
      )
      .$if(record === undefined, (query) =>
        query
          .where('job_artifacts.role', 'in', fileRoles)
          .where((eb) => eb.or([eb('job_artifacts.role', '=', 'record'), eb('job_artifacts.name', '>', name)]))
          .orderBy('job_artifacts.role'),
      )
      .orderBy('job_artifacts.record')
      .orderBy('job_artifacts.name')
      .limit(limit)
      .execute(),
  );
  return rows.map(toEntry);
}

/** Jobs behind one, with their files. */
async function readFrom(
  context: StoreContext,
  scope: FileScope,
  { limit, after }: { readonly limit: number; readonly after: string },
): Promise<readonly JobFileEntry[]> {
  const { from } = context;
  const rows = await translated(() =>
    jobsOf(context, scope)
      .leftJoin(from.job_artifacts, (join) =>
        join.onRef('job_artifacts.job_id', '=', 'jobs.id').on('job_artifacts.role', 'in', fileRoles),
      )
      .leftJoin(from.artifacts, 'artifacts.id', 'job_artifacts.artifact_id')
      .select([...linkColumns, ...artifactColumns])
      .where('jobs.id', '>', after)
      .orderBy('jobs.id')
      .orderBy('job_artifacts.role')
      .orderBy('job_artifacts.record')
      .orderBy('job_artifacts.name')
      .limit(limit)
      .execute(),
  );
  return rows.map(toEntry);
}

/** Jobs, and what their documents came as. */
function jobsOf({ db, from }: StoreContext, scope: FileScope) {
  const jobs = db
    .selectFrom(from.jobs)
    .select((eb) => [
      ...jobColumns,
      eb
        .selectFrom(from.artifacts)
        .select('artifacts.file_name')
        .whereRef('artifacts.id', '=', 'jobs.input_artifact_id')
        .as('document_name'),
    ])
    .where('jobs.tenant', '=', scope.tenant);
  return 'jobId' in scope ? jobs.where('jobs.id', '=', scope.jobId) : jobs.where('jobs.batch_id', '=', scope.batch);
}

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
