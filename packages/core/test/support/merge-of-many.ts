import type { Claim, JobStore } from '@pubpipe/core';
import { type Kysely, sql } from 'kysely';
import { jobOn, tenant, upload } from './some-jobs.ts';

/** How many records a merge has, and what of them. */
export interface ManyRecords {
  readonly count: number;
  readonly batch?: string;
  /** Every how many records one has failed: it has a file all the same, so that all pages are alike. @defaultValue 3 */
  readonly failedEvery?: number;
}

/** A merge that runs, with very many records of a file each: one that was published, and copies of its rows. */
export async function mergeOfMany(
  store: JobStore,
  db: Kysely<unknown>,
  { count, batch, failedEvery = 3 }: ManyRecords,
): Promise<Claim> {
  const { job } = await store.submit(jobOn(await upload(store), { type: 'merge', batch }));
  const claimed = await store.claim({ jobId: job.id, owner: 'worker', leaseMs: 600_000 });
  const claim = claimed?.claim ?? { tenant, jobId: job.id, attempt: 0 };
  const file = { tenant, kind: 'rendition', fileName: '1.pdf', mediaType: 'application/pdf' } as const;
  const { id } = await store.beginArtifact(file);
  const files = [{ artifactId: id, byteSize: 1, sha256: 'ab', name: '1.pdf' }];
  const common = { name: '1', status: 'rendered', path: 'fast', findings: [], notes: [] } as const;
  await store.publishRecords(claim, [{ first: 1, last: 1, ...common, files }]);
  const numbers = sql`WITH RECURSIVE numbers (n) AS
    (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${sql.lit(count)})`;
  const copy = sql`${sql.lit(`${id}-`)} || n`;
  await sql`${numbers} INSERT INTO pubpipe_artifacts (id, tenant, kind, state, storage_key, file_name, media_type,
      byte_size, sha256, metadata, created_at, expires_at)
    SELECT ${copy}, tenant, kind, state, ${copy}, file_name, media_type, byte_size, sha256, metadata, created_at, expires_at
    FROM pubpipe_artifacts, numbers WHERE id = ${id}`.execute(db);
  await sql`${numbers} INSERT INTO pubpipe_job_artifacts (job_id, role, name, artifact_id, attempt, page, record)
    SELECT job_id, role, n || '.pdf', ${copy}, attempt, page, n
    FROM pubpipe_job_artifacts, numbers WHERE job_id = ${job.id} AND record = 1`.execute(db);
  await sql`${numbers} INSERT INTO pubpipe_job_records (job_id, first_record, last_record, name, status, path, page_count,
      findings, notes, error_code, error_message, error_details, attempt)
    SELECT job_id, n, n, name, CASE n % ${sql.lit(failedEvery)} WHEN 0 THEN 'failed' ELSE 'rendered' END, path, page_count,
      findings, notes, error_code, error_message, error_details, attempt
    FROM pubpipe_job_records, numbers WHERE job_id = ${job.id}`.execute(db);
  return claim;
}
