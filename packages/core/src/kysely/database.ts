/** A row of `jobs`. Times are milliseconds since 1970; JSON columns are text or jsonb. */
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
  run_at: number;
  dispatch: number;
  dispatched_at: number | null;
  lease_owner: string | null;
  lease_expires_at: number | null;
  event_seq: number;
  progress: unknown;
  error_code: string | null;
  error_message: string | null;
  error_details: unknown;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  updated_at: number;
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
  byte_size: number | null;
  sha256: string | null;
  metadata: unknown;
  created_at: number;
  expires_at: number | null;
  deleted_at: number | null;
}

/** A row of `job_artifacts`: what an artifact is to a job. */
export interface JobArtifactsTable {
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
  position: number | null;
  type: string;
  data: unknown;
  created_at: number;
}

/** The tables as queries name them: each under its alias, whatever its prefix. */
export interface PubpipeDatabase {
  jobs: JobsTable;
  artifacts: ArtifactsTable;
  job_artifacts: JobArtifactsTable;
  job_events: JobEventsTable;
}
