import type { ColumnType } from 'kysely';

/** A 64-bit integer: PostgreSQL's drivers return it as text, unless they are told otherwise. */
type BigInteger = ColumnType<number | string | bigint>;

/** A row of `jobs`. Times are milliseconds since 1970; JSON columns are text. */
export interface JobsTable {
  id: string;
  tenant: string;
  type: string;
  status: string;
  priority: number;
  payload: unknown;
  payload_version: number;
  input_artifact_id: string;
  batch_id: string | null;
  reference: string | null;
  labels: unknown;
  correlation_id: string | null;
  idempotency_key: string | null;
  request_hash: string;
  attempt: number;
  failures: number;
  crash_count: number;
  lost_claims: number;
  max_attempts: number;
  run_at: BigInteger;
  dispatch: number;
  dispatched_at: BigInteger | null;
  lease_owner: string | null;
  lease_expires_at: BigInteger | null;
  event_seq: number;
  progress: unknown;
  error_code: string | null;
  error_message: string | null;
  error_details: unknown;
  created_at: BigInteger;
  started_at: BigInteger | null;
  finished_at: BigInteger | null;
  updated_at: BigInteger;
}

/** A row of `artifacts`. */
export interface ArtifactsTable {
  id: string;
  tenant: string;
  kind: string;
  state: string;
  storage_key: string;
  file_name: string;
  media_type: string;
  byte_size: BigInteger | null;
  sha256: string | null;
  metadata: unknown;
  created_at: BigInteger;
  expires_at: BigInteger | null;
  deleted_at: BigInteger | null;
}

/** A row of `job_artifacts`: what an artifact is to a job. */
interface JobArtifactsTable {
  job_id: string;
  artifact_id: string;
  attempt: number;
  role: string;
  name: string;
  page: number | null;
}

/** A row of `job_events`. `position` orders committed events of all jobs; a reader fills it in. */
export interface JobEventsTable {
  job_id: string;
  seq: number;
  position: BigInteger | null;
  type: string;
  data: unknown;
  created_at: BigInteger;
}

/** The tables as queries name them: each under its alias, whatever its prefix. */
export interface PubpipeDatabase {
  jobs: JobsTable;
  artifacts: ArtifactsTable;
  job_artifacts: JobArtifactsTable;
  job_events: JobEventsTable;
}
