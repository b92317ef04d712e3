import type { QueryCreator, Selectable } from 'kysely';
import type { ArtifactsTable, PubpipeDatabase } from './database.ts';
import type { StoreContext } from './store-context.ts';

/** What of an artifact's row is read with a job. */
export const artifactColumns = [
  'artifacts.id',
  'artifacts.tenant',
  'artifacts.kind',
  'artifacts.state',
  'artifacts.storage_key',
  'artifacts.file_name',
  'artifacts.media_type',
  'artifacts.byte_size',
  'artifacts.sha256',
  'artifacts.metadata',
  'artifacts.created_at',
  'artifacts.expires_at',
  'artifacts.deleted_at',
] as const satisfies readonly `artifacts.${keyof ArtifactsTable}`[];

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
