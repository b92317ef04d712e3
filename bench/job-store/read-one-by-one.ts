import type { Kysely } from 'kysely';

/** The tables as the queries below know them. */
interface Tables {
  pubpipe_jobs: { id: string; tenant: string; input_artifact_id: string };
  pubpipe_artifacts: { id: string; file_name: string };
  pubpipe_job_artifacts: { job_id: string; role: string; name: string; artifact_id: string };
}

/**
 * Reads what `JobStore.list` reads as a mapper with lazy relations does: one query for the jobs, then for each
 * of them one for its document, one for its assets and one for its outputs.
 */
export async function readOneByOne(
  pool: Kysely<unknown>,
  { tenant, limit }: { readonly tenant: string; readonly limit: number },
) {
  const db = pool as Kysely<Tables>;
  const jobs = await db
    .selectFrom('pubpipe_jobs')
    .selectAll()
    .where('tenant', '=', tenant)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  const views = [];
  for (const job of jobs) {
    const input = await db
      .selectFrom('pubpipe_artifacts')
      .selectAll()
      .where('id', '=', job.input_artifact_id)
      .executeTakeFirst();
    const assets = await linked(db, job.id, 'asset');
    const outputs = await linked(db, job.id, 'output');
    views.push({ ...job, input, assets, outputs });
  }
  return views;
}

async function linked(db: Kysely<Tables>, jobId: string, role: 'asset' | 'output') {
  return await db
    .selectFrom('pubpipe_job_artifacts as link')
    .innerJoin('pubpipe_artifacts as artifact', 'artifact.id', 'link.artifact_id')
    .selectAll('artifact')
    .select(['link.name', 'link.role'])
    .where('link.job_id', '=', jobId)
    .where('link.role', '=', role)
    .execute();
}
