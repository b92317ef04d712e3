import type { QueryCreator, Selectable } from 'kysely';
import type { ArtifactsTable, JobsTable, PubpipeDatabase } from './database.ts';
import type { StoreContext } from './store-context.ts';

/**
 * The columns of a job. Statements that are sent again and again name them: PostgreSQL refuses one that it has kept when
 * `*` has come to mean more, as a migration of a newer version makes it.
 */
export const jobColumns = [
  'id',
  'tenant',
  'type',
  'status',
  'lane',
  'priority',
  'payload',
  'payload_version',
  'input_artifact_id',
  'batch_id',
  'reference',
  'labels',
  'correlation_id',
  'trace_context',
  'idempotency_key',
  'request_hash',
  'attempt',
  'failures',
  'crash_count',
  'lost_claims',
  'max_attempts',
  'run_at',
  'dispatch',
  'dispatched_at',
  'lease_owner',
  'lease_expires_at',
  'event_seq',
  'progress',
  'drafts',
  'error_code',
  'error_message',
  'error_details',
  'created_at',
  'started_at',
  'finished_at',
  'updated_at',
] as const satisfies readonly (keyof JobsTable)[];

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
  'metadata',
  'created_at',
  'expires_at',
  'deleted_at',
] as const satisfies readonly (keyof ArtifactsTable)[];

/** The same in a query of several tables. */
export const artifactColumns = artifactFields.map((name) => `artifacts.${name}` as const);

/** An artifact as it is read with a job. */
export type ArtifactRow = Selectable<Omit<ArtifactsTable, 'erased_with'>>;

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
    .selectAll('jobs')
    .select((eb) => [
      dialect
        .jsonObjectFrom(
          eb.selectFrom(from.artifacts).select(artifactColumns).whereRef('artifacts.id', '=', 'jobs.input_artifact_id'),
        )
        .as('input'),
      dialect
        .jsonArrayFrom(
          eb
            .selectFrom(from.job_artifacts)
            .select(['job_artifacts.role', 'job_artifacts.name', 'job_artifacts.page', 'job_artifacts.attempt'])
            .select((link) =>
              dialect
                .jsonObjectFrom(
                  link
                    .selectFrom(from.artifacts)
                    .select(artifactColumns)
                    .whereRef('artifacts.id', '=', 'job_artifacts.artifact_id'),
                )
                .as('artifact'),
            )
            .whereRef('job_artifacts.job_id', '=', 'jobs.id')
            .orderBy('job_artifacts.page', (order) => order.asc().nullsFirst())
            .orderBy('job_artifacts.name'),
        )
        .as('links'),
    ]);
}
