import { webhookTables } from './webhook-tables.ts';

/** What the statements of a migration depend on. */
export interface MigrationContext {
  /** Put before the name of every index. */
  readonly prefix: string;
  /** The same with the schema, if there is one: put before the name of every table. */
  readonly tables: string;
  /** The type of a text column. */
  readonly text: string;
}

/** One step of the schema: applied once, in order, never changed after a release. */
export interface Migration {
  readonly name: string;
  readonly statements: (context: MigrationContext) => readonly string[];
}

const initial: Migration = {
  name: '0001_initial',
  statements: (context) => [...jobTables(context), ...webhookTables(context)],
};

/** The schema's whole history. */
export const migrations: readonly Migration[] = Object.freeze([initial]);

// Foreign keys are checked at COMMIT, so that a job may be written before its artifacts are locked.
function jobTables({ prefix: p, tables: t, text }: MigrationContext): readonly string[] {
  return [
    `CREATE TABLE ${t}artifacts (
      id ${text} PRIMARY KEY,
      tenant ${text} NOT NULL,
      kind ${text} NOT NULL,
      state ${text} NOT NULL,
      storage_key ${text} NOT NULL UNIQUE,
      file_name ${text} NOT NULL,
      media_type ${text} NOT NULL,
      byte_size bigint,
      sha256 ${text},
      metadata text NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint,
      deleted_at bigint,
      erased_with ${text}
    )`,
    `CREATE INDEX ${p}artifacts_to_abandon ON ${t}artifacts (created_at) WHERE state = 'pending'`,
    `CREATE INDEX ${p}artifacts_to_expire ON ${t}artifacts (expires_at) WHERE state = 'ready' AND expires_at IS NOT NULL`,
    `CREATE INDEX ${p}artifacts_to_delete ON ${t}artifacts (deleted_at) WHERE state = 'deleting'`,
    `CREATE INDEX ${p}artifacts_by_tenant ON ${t}artifacts (tenant, state, id)`,
    `CREATE INDEX ${p}artifacts_to_forget ON ${t}artifacts (tenant, id) WHERE state = 'deleting' AND file_name <> ''`,
    `CREATE INDEX ${p}artifacts_by_erasure ON ${t}artifacts (erased_with) WHERE erased_with IS NOT NULL`,
    `CREATE TABLE ${t}jobs (
      id ${text} PRIMARY KEY,
      tenant ${text} NOT NULL,
      type ${text} NOT NULL,
      status ${text} NOT NULL,
      lane ${text} NOT NULL,
      priority integer NOT NULL,
      payload text NOT NULL,
      payload_version integer NOT NULL,
      input_artifact_id ${text} NOT NULL REFERENCES ${t}artifacts (id) DEFERRABLE INITIALLY DEFERRED,
      batch_id ${text},
      reference ${text},
      labels text NOT NULL,
      correlation_id ${text},
      trace_context text,
      idempotency_key ${text},
      request_hash ${text} NOT NULL,
      attempt integer NOT NULL,
      failures integer NOT NULL,
      crash_count integer NOT NULL,
      lost_claims integer NOT NULL,
      max_attempts integer NOT NULL,
      run_at bigint NOT NULL,
      dispatch integer NOT NULL,
      dispatched_at bigint,
      lease_owner ${text},
      lease_expires_at bigint,
      event_seq integer NOT NULL,
      progress text,
      drafts integer NOT NULL,
      error_code ${text},
      error_message ${text},
      error_details text,
      created_at bigint NOT NULL,
      started_at bigint,
      finished_at bigint,
      updated_at bigint NOT NULL
    )`,
    `CREATE UNIQUE INDEX ${p}jobs_idempotency ON ${t}jobs (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL`,
    `CREATE INDEX ${p}jobs_by_tenant ON ${t}jobs (tenant, id)`,
    `CREATE INDEX ${p}jobs_by_status ON ${t}jobs (tenant, status, id)`,
    `CREATE INDEX ${p}jobs_by_reference ON ${t}jobs (tenant, reference, id) WHERE reference IS NOT NULL`,
    // With all that a batch's state is read from: its jobs' rows are then left alone.
    `CREATE INDEX ${p}jobs_by_batch ON ${t}jobs (tenant, batch_id, id, status, error_code, finished_at)
      WHERE batch_id IS NOT NULL`,
    `CREATE INDEX ${p}jobs_by_input ON ${t}jobs (input_artifact_id)`,
    `CREATE INDEX ${p}jobs_to_dispatch ON ${t}jobs (lane, priority DESC, run_at, id)
      WHERE status = 'queued' AND dispatched_at IS NULL`,
    `CREATE INDEX ${p}jobs_waiting ON ${t}jobs (tenant, lane, priority DESC, run_at, id)
      WHERE status = 'queued' AND dispatched_at IS NULL`,
    `CREATE INDEX ${p}jobs_told ON ${t}jobs (tenant, lane) WHERE status = 'queued' AND dispatched_at IS NOT NULL`,
    // No index has the lease: so a heartbeat writes none on PostgreSQL, and the sweep looks at all that run, which are
    // no more than there are places at renderers.
    `CREATE INDEX ${p}jobs_running ON ${t}jobs (tenant, lane) WHERE status = 'running'`,
    `CREATE INDEX ${p}jobs_to_purge ON ${t}jobs (status, finished_at) WHERE finished_at IS NOT NULL`,
    `CREATE INDEX ${p}jobs_dispatched ON ${t}jobs (dispatched_at, id) WHERE status = 'queued' AND dispatched_at IS NOT NULL`,
    `CREATE TABLE ${t}job_artifacts (
      job_id ${text} NOT NULL REFERENCES ${t}jobs (id) DEFERRABLE INITIALLY DEFERRED,
      role ${text} NOT NULL,
      name ${text} NOT NULL,
      artifact_id ${text} NOT NULL REFERENCES ${t}artifacts (id) DEFERRABLE INITIALLY DEFERRED,
      attempt integer NOT NULL,
      page integer,
      record integer,
      PRIMARY KEY (job_id, role, name)
    )`,
    `CREATE INDEX ${p}job_artifacts_by_record ON ${t}job_artifacts (job_id, record, name) WHERE record IS NOT NULL`,
    `CREATE TABLE ${t}job_records (
      job_id ${text} NOT NULL REFERENCES ${t}jobs (id) DEFERRABLE INITIALLY DEFERRED,
      first_record integer NOT NULL,
      last_record integer NOT NULL,
      name ${text} NOT NULL,
      status ${text} NOT NULL,
      path ${text} NOT NULL,
      path_reason ${text},
      page_count integer,
      findings text NOT NULL,
      notes text NOT NULL,
      error_code ${text},
      error_message ${text},
      error_details text,
      attempt integer NOT NULL,
      PRIMARY KEY (job_id, first_record)
    )`,
    `CREATE INDEX ${p}job_records_by_status ON ${t}job_records (job_id, status, first_record)`,
    `CREATE INDEX ${p}job_artifacts_by_artifact ON ${t}job_artifacts (artifact_id)`,
    `CREATE TABLE ${t}job_events (
      job_id ${text} NOT NULL REFERENCES ${t}jobs (id) DEFERRABLE INITIALLY DEFERRED,
      tenant ${text} NOT NULL,
      seq integer NOT NULL,
      position bigint,
      type ${text} NOT NULL,
      data text NOT NULL,
      created_at bigint NOT NULL,
      PRIMARY KEY (job_id, seq)
    )`,
    `CREATE TABLE ${t}meta (name ${text} PRIMARY KEY, value ${text} NOT NULL)`,
    `CREATE INDEX ${p}job_events_without_position ON ${t}job_events (job_id, seq) WHERE position IS NULL`,
    `CREATE UNIQUE INDEX ${p}job_events_by_position ON ${t}job_events (position) WHERE position IS NOT NULL`,
    `CREATE INDEX ${p}job_events_by_tenant ON ${t}job_events (tenant, position) WHERE position IS NOT NULL`,
    `CREATE TABLE ${t}event_feed (
      id integer PRIMARY KEY,
      last_position bigint NOT NULL,
      purged_position bigint NOT NULL
    )`,
    `CREATE TABLE ${t}tenants (tenant ${text} PRIMARY KEY, purged_position bigint NOT NULL)`,
    `CREATE TABLE ${t}consumers (
      name ${text} PRIMARY KEY,
      position bigint NOT NULL,
      lease_owner ${text},
      lease_expires_at bigint
    )`,
  ];
}
