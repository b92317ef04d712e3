import type { MigrationContext } from './migrations.ts';

/** The tables of webhooks. Deliveries outlive their job and their endpoint, so they refer to neither by a key. */
export function webhookTables({ prefix: p, tables: t, text }: MigrationContext): readonly string[] {
  return [
    `CREATE TABLE ${t}webhook_endpoints (
      id ${text} PRIMARY KEY,
      tenant ${text} NOT NULL,
      url text NOT NULL,
      description text,
      types text NOT NULL,
      state ${text} NOT NULL,
      disabled_reason ${text},
      secrets text NOT NULL,
      after_position bigint NOT NULL,
      failing_since bigint,
      created_at bigint NOT NULL,
      updated_at bigint NOT NULL
    )`,
    `CREATE INDEX ${p}webhook_endpoints_by_tenant ON ${t}webhook_endpoints (tenant, id)`,
    `CREATE INDEX ${p}webhook_endpoints_removed ON ${t}webhook_endpoints (id) WHERE state = 'removed'`,
    `CREATE TABLE ${t}webhook_deliveries (
      id ${text} PRIMARY KEY,
      tenant ${text} NOT NULL,
      endpoint_id ${text} NOT NULL,
      job_id ${text} NOT NULL,
      seq integer NOT NULL,
      position bigint NOT NULL,
      type ${text} NOT NULL,
      data text NOT NULL,
      reference ${text},
      labels text NOT NULL,
      created_at bigint NOT NULL,
      state ${text} NOT NULL,
      attempt integer NOT NULL,
      failures integer NOT NULL,
      next_attempt_at bigint,
      last_attempt_at bigint,
      last_status integer,
      last_error ${text},
      ended_at bigint
    )`,
    `CREATE INDEX ${p}webhook_deliveries_to_send ON ${t}webhook_deliveries (endpoint_id, next_attempt_at)
      WHERE state = 'pending'`,
    `CREATE INDEX ${p}webhook_deliveries_by_endpoint ON ${t}webhook_deliveries (endpoint_id, position)`,
    `CREATE INDEX ${p}webhook_deliveries_by_state ON ${t}webhook_deliveries (endpoint_id, state, position)`,
    `CREATE INDEX ${p}webhook_deliveries_by_job ON ${t}webhook_deliveries (job_id)`,
    `CREATE INDEX ${p}webhook_deliveries_by_tenant ON ${t}webhook_deliveries (tenant, id)`,
    `CREATE INDEX ${p}webhook_deliveries_to_purge ON ${t}webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL`,
  ];
}
