import type { Selectable } from 'kysely';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { WebhookEventType } from '../job/webhook-event.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import type {
  StoredWebhookSecret,
  WebhookDelivery,
  WebhookDeliveryState,
  WebhookDisabledReason,
  WebhookEndpoint,
  WebhookError,
  WebhookTarget,
} from '../ports/webhook-store.ts';
import type { WebhookDeliveriesTable, WebhookEndpointsTable } from './database.ts';
import { parseJson } from './json-text.ts';

/** A row of `webhook_endpoints`. */
export type WebhookEndpointRow = Selectable<WebhookEndpointsTable>;

type Integer = number | string | bigint;

const optional = <T>(value: T | null): T | undefined => value ?? undefined;
const optionalNumber = (value: Integer | null): number | undefined => (value === null ? undefined : Number(value));

/** Converts a row, and leaves out its secrets. */
export function toWebhookEndpoint(row: WebhookEndpointRow): WebhookEndpoint {
  return {
    id: row.id,
    tenant: row.tenant,
    url: row.url,
    description: optional(row.description),
    types: parseJson(row.types) as readonly WebhookEventType[],
    disabled: row.state === 'enabled' ? undefined : (row.disabled_reason as WebhookDisabledReason),
    failingSince: optionalNumber(row.failing_since),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}

/** Converts a row with its secrets. */
export function toWebhookTarget(row: WebhookEndpointRow): WebhookTarget {
  return { ...toWebhookEndpoint(row), secrets: parseJson(row.secrets) as readonly StoredWebhookSecret[] };
}

/** Converts a row of `webhook_deliveries`. */
export function toWebhookDelivery(row: Selectable<WebhookDeliveriesTable>): WebhookDelivery {
  return {
    id: row.id,
    tenant: row.tenant,
    endpointId: row.endpoint_id,
    jobId: row.job_id,
    seq: Number(row.seq),
    position: Number(row.position),
    type: row.type as WebhookEventType,
    data: parseJson(row.data) as WebhookDelivery['data'],
    reference: optional(row.reference),
    labels: parseJson(row.labels) as WebhookDelivery['labels'],
    createdAt: Number(row.created_at),
    state: row.state as WebhookDeliveryState,
    attempt: Number(row.attempt),
    failures: Number(row.failures),
    nextAttemptAt: optionalNumber(row.next_attempt_at),
    lastAttemptAt: optionalNumber(row.last_attempt_at),
    lastStatus: optionalNumber(row.last_status),
    lastError: optional(row.last_error) as WebhookError | undefined,
    endedAt: optionalNumber(row.ended_at),
  };
}

/** The error for an endpoint that the tenant does not have. */
export function webhookNotFound({ id }: Pick<RowId, 'id'>): PubpipeError {
  return new PubpipeError('WEBHOOK_NOT_FOUND', `There is no webhook ${id}.`, { details: { webhookId: id } });
}
