import type { JobEventType, JobStatus } from '@pubpipe/core';
import { type Kysely, sql } from 'kysely';

// The test reads the tables themselves, and not what the job store says of them.

/** A row of `jobs`. */
export interface JobRow {
  readonly id: string;
  readonly tenant: string;
  readonly status: JobStatus;
  readonly reference: string;
  readonly attempt: number;
  readonly error_code: string | null;
}

/** A row of `job_events`. */
export interface EventRow {
  readonly job_id: string;
  readonly seq: number;
  readonly position: number | null;
  readonly type: JobEventType;
  readonly data: { readonly attempt?: number };
}

/** A row of `artifacts`. */
export interface ArtifactRow {
  readonly id: string;
  readonly tenant: string;
  readonly state: string;
  readonly storage_key: string;
  readonly sha256: string | null;
  readonly is_used: boolean;
}

/** A row of `job_artifacts` with its artifact. */
export interface LinkRow {
  readonly job_id: string;
  readonly role: string;
  readonly name: string;
  readonly attempt: number;
  readonly artifact_id: string;
  readonly state: string;
  readonly sha256: string | null;
}

/** A row of `job_records`. */
export interface RecordRow {
  readonly job_id: string;
  readonly first_record: number;
  readonly status: string;
}

type Database = Pick<Kysely<unknown>, 'getExecutor'>;

export async function readJobs(db: Database): Promise<readonly JobRow[]> {
  const { rows } =
    await sql<JobRow>`SELECT id, tenant, status, reference, attempt, error_code FROM pubpipe_jobs`.execute(db);
  return rows;
}

/** By job, in their order. */
export async function readEvents(db: Database): Promise<readonly EventRow[]> {
  const { rows } = await sql<EventRow>`SELECT job_id, seq, position::float8 AS position, type, data::json AS data
    FROM pubpipe_job_events ORDER BY job_id, seq`.execute(db);
  return rows;
}

export async function readArtifacts(db: Database): Promise<readonly ArtifactRow[]> {
  const { rows } = await sql<ArtifactRow>`SELECT id, tenant, state, storage_key, sha256,
      EXISTS (SELECT FROM pubpipe_jobs j WHERE j.input_artifact_id = a.id)
      OR EXISTS (SELECT FROM pubpipe_job_artifacts l WHERE l.artifact_id = a.id) AS is_used
    FROM pubpipe_artifacts a`.execute(db);
  return rows;
}

export async function readLinks(db: Database): Promise<readonly LinkRow[]> {
  const { rows } = await sql<LinkRow>`SELECT l.job_id, l.role, l.name, l.attempt, l.artifact_id, a.state, a.sha256
    FROM pubpipe_job_artifacts l JOIN pubpipe_artifacts a ON a.id = l.artifact_id`.execute(db);
  return rows;
}

export async function readRecords(db: Database): Promise<readonly RecordRow[]> {
  const { rows } = await sql<RecordRow>`SELECT job_id, first_record, status FROM pubpipe_job_records`.execute(db);
  return rows;
}

/** Which job an order of the host has, of those that were written in the host's own transaction. */
export async function readHostOrders(db: Database): Promise<ReadonlyMap<number, string>> {
  const { rows } = await sql<{
    order_index: number;
    job_id: string;
  }>`SELECT order_index, job_id FROM crash_orders`.execute(db);
  return new Map(rows.map((row) => [row.order_index, row.job_id]));
}
