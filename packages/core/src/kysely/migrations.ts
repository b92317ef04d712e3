/** What the statements of a migration depend on. */
export interface MigrationContext {
  /** Put before every table and index name. */
  readonly prefix: string;
  /** The type of a JSON column. */
  readonly jsonType: string;
}

/** One step of the schema: applied once, in order, never changed after a release. */
export interface Migration {
  readonly name: string;
  readonly statements: (context: MigrationContext) => readonly string[];
}

// Foreign keys are checked at COMMIT, so that a job may be written before its artifacts are locked.
const initial: Migration = {
  name: '0001_initial',
  statements: ({ prefix: p, jsonType }) => [
    `CREATE TABLE ${p}artifacts (
      id text PRIMARY KEY,
      tenant text NOT NULL,
      kind text NOT NULL,
      state text NOT NULL,
      storage_key text NOT NULL UNIQUE,
      file_name text NOT NULL,
      media_type text NOT NULL,
      byte_size bigint,
      sha256 text,
      metadata ${jsonType} NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint,
      deleted_at bigint,
      erased_with text
    )`,
    `CREATE INDEX ${p}artifacts_to_abandon ON ${p}artifacts (created_at) WHERE state = 'pending'`,
    `CREATE INDEX ${p}artifacts_to_expire ON ${p}artifacts (expires_at) WHERE state = 'ready' AND expires_at IS NOT NULL`,
    `CREATE INDEX ${p}artifacts_to_delete ON ${p}artifacts (deleted_at) WHERE state = 'deleting'`,
    `CREATE INDEX ${p}artifacts_by_tenant ON ${p}artifacts (tenant, state, id)`,
    `CREATE INDEX ${p}artifacts_by_erasure ON ${p}artifacts (erased_with) WHERE erased_with IS NOT NULL`,
    `CREATE TABLE ${p}jobs (
      id text PRIMARY KEY,
      tenant text NOT NULL,
      type text NOT NULL,
      status text NOT NULL,
      lane text NOT NULL,
      priority integer NOT NULL,
      payload ${jsonType} NOT NULL,
      payload_version integer NOT NULL,
      input_artifact_id text NOT NULL REFERENCES ${p}artifacts (id) DEFERRABLE INITIALLY DEFERRED,
      batch_id text,
      reference text,
      labels ${jsonType} NOT NULL,
      correlation_id text,
      idempotency_key text,
      request_hash text NOT NULL,
      attempt integer NOT NULL,
      failures integer NOT NULL,
      crash_count integer NOT NULL,
      lost_claims integer NOT NULL,
      max_attempts integer NOT NULL,
      run_at bigint NOT NULL,
      dispatch integer NOT NULL,
      dispatched_at bigint,
      lease_owner text,
      lease_expires_at bigint,
      event_seq integer NOT NULL,
      progress ${jsonType},
      error_code text,
      error_message text,
      error_details ${jsonType},
      created_at bigint NOT NULL,
      started_at bigint,
      finished_at bigint,
      updated_at bigint NOT NULL
    )`,
    `CREATE UNIQUE INDEX ${p}jobs_idempotency ON ${p}jobs (tenant, idempotency_key)`,
    `CREATE INDEX ${p}jobs_by_tenant ON ${p}jobs (tenant, id)`,
    `CREATE INDEX ${p}jobs_by_status ON ${p}jobs (tenant, status, id)`,
    `CREATE INDEX ${p}jobs_by_reference ON ${p}jobs (tenant, reference, id) WHERE reference IS NOT NULL`,
    `CREATE INDEX ${p}jobs_by_input ON ${p}jobs (input_artifact_id)`,
    `CREATE INDEX ${p}jobs_to_dispatch ON ${p}jobs (lane, priority DESC, run_at, id)
      WHERE status = 'queued' AND dispatched_at IS NULL`,
    `CREATE INDEX ${p}jobs_waiting ON ${p}jobs (tenant, lane, priority DESC, run_at, id)
      WHERE status = 'queued' AND dispatched_at IS NULL`,
    `CREATE INDEX ${p}jobs_told ON ${p}jobs (tenant, lane) WHERE status = 'queued' AND dispatched_at IS NOT NULL`,
    `CREATE INDEX ${p}jobs_running ON ${p}jobs (tenant, lane) WHERE status = 'running'`,
    `CREATE INDEX ${p}jobs_to_purge ON ${p}jobs (status, finished_at) WHERE finished_at IS NOT NULL`,
    `CREATE INDEX ${p}jobs_dispatched ON ${p}jobs (dispatched_at, id) WHERE status = 'queued' AND dispatched_at IS NOT NULL`,
    `CREATE INDEX ${p}jobs_leases ON ${p}jobs (lease_expires_at) WHERE status = 'running'`,
    `CREATE TABLE ${p}job_artifacts (
      job_id text NOT NULL REFERENCES ${p}jobs (id) DEFERRABLE INITIALLY DEFERRED,
      role text NOT NULL,
      name text NOT NULL,
      artifact_id text NOT NULL REFERENCES ${p}artifacts (id) DEFERRABLE INITIALLY DEFERRED,
      attempt integer NOT NULL,
      page integer,
      PRIMARY KEY (job_id, role, name)
    )`,
    `CREATE INDEX ${p}job_artifacts_by_artifact ON ${p}job_artifacts (artifact_id)`,
    `CREATE TABLE ${p}job_events (
      job_id text NOT NULL REFERENCES ${p}jobs (id) DEFERRABLE INITIALLY DEFERRED,
      seq integer NOT NULL,
      position bigint UNIQUE,
      type text NOT NULL,
      data ${jsonType} NOT NULL,
      created_at bigint NOT NULL,
      PRIMARY KEY (job_id, seq)
    )`,
    `CREATE TABLE ${p}meta (name text PRIMARY KEY, text_value text, number_value bigint)`,
    `INSERT INTO ${p}meta (name, text_value, number_value) VALUES ('purged_position', NULL, 0)`,
    `CREATE INDEX ${p}job_events_without_position ON ${p}job_events (job_id, seq) WHERE position IS NULL`,
  ],
};

/** The schema's whole history. */
export const migrations: readonly Migration[] = Object.freeze([initial]);
