import type { ColumnType } from 'kysely';

/** An integer. PostgreSQL's drivers return those of 64 bits as text, and any as whatever the host has told them. */
type Integer = ColumnType<number | string | bigint>;

/** A row of `jobs`. Times are milliseconds since 1970; JSON columns are text. */
export interface JobsTable {
  id: string;
  tenant: string;
  type: string;
  status: string;
  lane: string;
  priority: Integer;
  payload: unknown;
  payload_version: Integer;
  input_artifact_id: string;
  batch_id: string | null;
  reference: string | null;
  labels: unknown;
  correlation_id: string | null;
  trace_context: unknown;
  idempotency_key: string | null;
  request_hash: string;
  attempt: Integer;
  failures: Integer;
  crash_count: Integer;
  lost_claims: Integer;
  max_attempts: Integer;
  run_at: Integer;
  dispatch: Integer;
  dispatched_at: Integer | null;
  lease_owner: string | null;
  lease_expires_at: Integer | null;
  event_seq: Integer;
  progress: unknown;
  /** 1 from when on previews or reports have belonged to it, which the end of an attempt has to look after. */
  drafts: Integer;
  error_code: string | null;
  error_message: string | null;
  error_details: unknown;
  created_at: Integer;
  started_at: Integer | null;
  finished_at: Integer | null;
  updated_at: Integer;
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
  byte_size: Integer | null;
  sha256: string | null;
  metadata: unknown;
  created_at: Integer;
  expires_at: Integer | null;
  deleted_at: Integer | null;
  /** The id of the job with which it was erased. */
  erased_with: string | null;
}

/** A row of `job_artifacts`: what an artifact is to a job. */
export interface JobArtifactsTable {
  job_id: string;
  artifact_id: string;
  attempt: Integer;
  role: string;
  name: string;
  page: number | null;
  /** The first record of the document, of files of the role `record`. */
  record: number | null;
}

/** A row of `job_records`: what became of a document of a merge. */
export interface JobRecordsTable {
  job_id: string;
  first_record: Integer;
  last_record: Integer;
  name: string;
  status: string;
  path: string;
  path_reason: string | null;
  page_count: Integer | null;
  findings: unknown;
  notes: unknown;
  error_code: string | null;
  error_message: string | null;
  error_details: unknown;
  attempt: Integer;
}

/** A row of `job_events`. `position` orders committed events of all jobs; a reader fills it in. */
export interface JobEventsTable {
  job_id: string;
  /** The job's, so that a tenant's events are found by an index. */
  tenant: string;
  seq: Integer;
  position: Integer | null;
  type: string;
  data: unknown;
  created_at: Integer;
}

/** The one row of `event_feed`: which positions have been given, and up to which events have been purged. */
interface EventFeedTable {
  id: Integer;
  last_position: Integer;
  purged_position: Integer;
}

/** A row of `tenants`: up to which event its feed has been purged. It is locked while one of its jobs takes a limited place. */
interface TenantsTable {
  tenant: string;
  purged_position: Integer;
}

/** A row of `consumers`: a cursor of the feed, and which instance may move it. */
interface ConsumersTable {
  name: string;
  position: Integer;
  lease_owner: string | null;
  lease_expires_at: Integer | null;
}

/** A row of `webhook_endpoints`. */
export interface WebhookEndpointsTable {
  id: string;
  tenant: string;
  url: string;
  description: string | null;
  types: unknown;
  /** `enabled`, `disabled`, or `removed`: then only its deliveries are left to be purged. */
  state: string;
  disabled_reason: string | null;
  secrets: unknown;
  after_position: Integer;
  failing_since: Integer | null;
  created_at: Integer;
  updated_at: Integer;
}

/** A row of `webhook_deliveries`. A claim is a `next_attempt_at` to come, and the attempt that it has counted. */
export interface WebhookDeliveriesTable {
  id: string;
  tenant: string;
  endpoint_id: string;
  job_id: string;
  seq: Integer;
  position: Integer;
  type: string;
  data: unknown;
  reference: string | null;
  labels: unknown;
  created_at: Integer;
  state: string;
  attempt: Integer;
  failures: Integer;
  next_attempt_at: Integer | null;
  last_attempt_at: Integer | null;
  last_status: Integer | null;
  last_error: string | null;
  ended_at: Integer | null;
}

/** A row of `meta`: `identity` names the database. */
interface MetaTable {
  name: string;
  value: string;
}

/** The tables as queries name them: each under its alias, whatever its prefix. */
export interface PubpipeDatabase {
  jobs: JobsTable;
  artifacts: ArtifactsTable;
  job_artifacts: JobArtifactsTable;
  job_records: JobRecordsTable;
  job_events: JobEventsTable;
  event_feed: EventFeedTable;
  tenants: TenantsTable;
  consumers: ConsumersTable;
  webhook_endpoints: WebhookEndpointsTable;
  webhook_deliveries: WebhookDeliveriesTable;
  meta: MetaTable;
}
