import { runSql } from './bench-database.ts';

/** Two tenants share the jobs evenly. */
export const tenants = ['print-shop', 'publisher'] as const;
/** How many jobs in a row have one reference; half of them are each tenant's. */
const jobsPerReference = 250;

/** The id of the job with this number. They sort as their numbers do. */
export const jobIdOf = (number: number): string => `${idPrefix}${number.toString(16).padStart(12, '0')}`;
const idPrefix = '01900000-0000-7000-8000-';

/** The reference of the job with this number. */
export const referenceOf = (number: number): string => `order-${Math.floor(number / jobsPerReference)}`;

/**
 * Fills an empty job store with jobs of several tenants, states and types, each with a document, two assets and
 * two outputs of its own, as years of work leave them.
 */
export async function fillJobs(url: string, count: number): Promise<void> {
  const numbers = `generate_series(0, ${count - 1}) AS n`;
  const jobId = `'${idPrefix}' || lpad(to_hex(n), 12, '0')`;
  const tenant = `(ARRAY['${tenants[0]}', '${tenants[1]}'])[n % 2 + 1]`;
  // Every fifth pair of jobs waits and every fifth has failed.
  const status = `(ARRAY['completed', 'completed', 'failed', 'completed', 'queued'])[n / 2 % 5 + 1]`;
  const type = `(ARRAY['render', 'merge', 'render', 'render'])[n / 2 % 4 + 1]`;
  const artifact = (role: string) => `'${role}-' || n`;
  const artifactsOf = (role: string, kind: string) => `
    INSERT INTO pubpipe_artifacts (id, tenant, kind, state, storage_key, file_name, media_type, byte_size, sha256,
      metadata, created_at)
    SELECT ${artifact(role)}, ${tenant}, '${kind}', 'ready', ${artifact(role)}, '${role}', 'application/octet-stream',
      1000, repeat('ab', 32), '{}', n FROM ${numbers}`;
  const linksOf = (role: string, kind: string) => `
    INSERT INTO pubpipe_job_artifacts (job_id, role, name, artifact_id, attempt)
    SELECT ${jobId}, '${kind}', '${role}', ${artifact(role)}, 1 FROM ${numbers}`;
  const files = [
    ['logo.png', 'asset'],
    ['photo.png', 'asset'],
    ['menu.pdf', 'output'],
    ['page.png', 'output'],
  ] as const;
  await runSql(
    url,
    // What is written here refers to what is there: checking that once more would take longer than all the rest.
    'SET session_replication_role = replica',
    artifactsOf('menu.sla', 'upload'),
    ...files.map(([name, kind]) => artifactsOf(name, kind === 'asset' ? 'upload' : 'rendition')),
    `INSERT INTO pubpipe_jobs (id, tenant, type, status, lane, priority, payload, payload_version, input_artifact_id,
        reference, labels, request_hash, attempt, failures, crash_count, lost_claims, max_attempts, run_at, dispatch,
        dispatched_at, event_seq, drafts, created_at, started_at, finished_at, updated_at)
      SELECT ${jobId}, ${tenant}, ${type}, ${status}, 'standard', 0, '{"renditions":[{"kind":"pdf"}]}', 1,
        ${artifact('menu.sla')}, 'order-' || n / ${jobsPerReference}, '{}', repeat('ab', 32), 1, 0, 0, 0, 3, n, 1,
        n, 4, 0, n, n, CASE WHEN ${status} = 'queued' THEN NULL ELSE n END, n FROM ${numbers}`,
    ...files.map(([name, kind]) => linksOf(name, kind)),
    'SET session_replication_role = DEFAULT',
    'VACUUM ANALYZE',
  );
}
