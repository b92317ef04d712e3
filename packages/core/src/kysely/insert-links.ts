import type { ArtifactRole } from '../job/artifact.ts';
import type { Connection, StoreContext } from './store-context.ts';

/** Rows in one statement: SQLite takes about 32,000 parameters, and a job may have 10,000 assets. */
const rowsAtOnce = 1_000;

/** What an artifact is to a job. */
export interface NewLink {
  readonly name: string;
  readonly artifactId: string;
  readonly page?: number | undefined;
}

/** Links artifacts to a job under their names. */
export async function insertLinks(
  context: StoreContext,
  trx: Connection,
  { jobId, attempt, role }: { readonly jobId: string; readonly attempt: number; readonly role: ArtifactRole },
  links: readonly NewLink[],
): Promise<void> {
  for (let start = 0; start < links.length; start += rowsAtOnce) {
    await trx
      .insertInto(context.into.job_artifacts)
      .values(
        links.slice(start, start + rowsAtOnce).map(({ name, artifactId, page }) => ({
          job_id: jobId,
          role,
          name,
          artifact_id: artifactId,
          attempt,
          page: page ?? null,
        })),
      )
      .execute();
  }
}
