import type { QueryCreator, Selectable } from 'kysely';
import type { ArtifactsTable, JobArtifactsTable, JobsTable, PubpipeDatabase } from './database.ts';
import type { StoreContext } from './store-context.ts';

/**
 * What of a job's row is read. Statements that are sent again and again name them: PostgreSQL refuses one that it has kept when
 * `*` has come to mean more, as a migration of a newer version makes it.
 */
export const jobFields = [
  'id',
  'tenant',
  'type',
  'status',
  'lane',
  'priority',
  'payload',
  'payload_version',
  'batch_id',
  'reference',
  'labels',
  'correlation_id',
  'trace_context',
  'idempotency_key',
  'attempt',
  'failures',
  'crash_count',
  'lost_claims',
  'max_attempts',
  'run_at',
  'progress',
  'error_code',
  'error_message',
  'error_details',
  'created_at',
  'started_at',
  'finished_at',
  'updated_at',
] as const satisfies readonly (keyof JobsTable)[];

/** The same in a query of several tables. */
const jobColumns = jobFields.map((name) => `jobs.${name}` as const);

/** A job as it is read. */
export type JobRow = Pick<Selectable<JobsTable>, (typeof jobFields)[number]>;

/** A job with its relations as one statement reads it. */
export type JobViewRow = JobRow & { readonly input: unknown; readonly links: unknown };

/** What of an artifact's row is read. */
export const artifactFields = [
  'id',
  'tenant',
  'kind',
  'state',
  'storage_key',
  'file_name',
  'media_type',
  'byte_size',
  'sha256',
  'created_at',
  'expires_at',
] as const satisfies readonly (keyof ArtifactsTable)[];

/** The same in a query of several tables. */
export const artifactColumns = artifactFields.map((name) => `artifacts.${name}` as const);

/** An artifact as it is read. */
export type ArtifactRow = Pick<Selectable<ArtifactsTable>, (typeof artifactFields)[number]>;

/** What of the row that links an artifact to a job is read. */
export const linkFields = ['role', 'name', 'page', 'attempt'] as const satisfies readonly (keyof JobArtifactsTable)[];
/** The same in a query of several tables. */
export const linkColumns = linkFields.map((name) => `job_artifacts.${name}` as const);

const viewedRoles = ['asset', 'preview', 'output', 'report'] as const;

/** Values of a row, in the order of the columns' names. */
type Values<Row, Names extends readonly (keyof Row)[]> = { readonly [Index in keyof Names]: Row[Names[Index]] };

/** An artifact as it is read with a job: without names, which would be most of what the database sends. */
export type ArtifactValues = Values<ArtifactRow, typeof artifactFields>;

/** The same with what it is to the job. */
export type LinkValues = readonly [...Values<Selectable<JobArtifactsTable>, typeof linkFields>, ...ArtifactValues];

/**
 * Selects jobs together with their document and all their artifacts: one statement, whatever their number.
 * They come from the table, or from what a query before has named.
 */
export function selectJobViews(
  { dialect, from }: StoreContext,
  connection: QueryCreator<PubpipeDatabase>,
  jobs = from.jobs,
) {
  return connection
    .selectFrom(jobs)
    .select(jobColumns)
    .select((eb) => [
      dialect
        .jsonRowsFrom(
          eb.selectFrom(from.artifacts).select(artifactColumns).whereRef('artifacts.id', '=', 'jobs.input_artifact_id'),
          artifactFields,
        )
        .as('input'),
      dialect
        .jsonRowsFrom(
          eb
            .selectFrom(from.job_artifacts)
            .innerJoin(from.artifacts, 'artifacts.id', 'job_artifacts.artifact_id')
            .select([...linkColumns, ...artifactColumns])
            .whereRef('job_artifacts.job_id', '=', 'jobs.id')
            // Not those of records, of which there may be a million.
            .where('job_artifacts.role', 'in', viewedRoles)
            .orderBy('job_artifacts.page', (order) => order.asc().nullsFirst())
            .orderBy('job_artifacts.name'),
          [...linkFields, ...artifactFields],
        )
        .as('links'),
    ]);
}
