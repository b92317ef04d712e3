import type { WebhookEventType } from '../job/webhook-event.ts';
import type { RowId } from './artifact-rows.ts';

/** A secret as it is stored: as it is, or encrypted. Whoever signs decrypts it. */
export interface StoredWebhookSecret {
  readonly value: string;
  /** Until when messages are signed with it too, in milliseconds since 1970; absent in the one that is in use. */
  readonly expiresAt?: number | undefined;
}

/** Why nothing is sent to an endpoint: somebody asked for that, or the endpoint answered 410 Gone. */
export type WebhookDisabledReason = 'request' | 'gone';

/** Where a tenant wants to be told of events. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  readonly description?: string | undefined;
  /** What it is told of. */
  readonly types: readonly WebhookEventType[];
  /** Absent while it is enabled. */
  readonly disabled?: WebhookDisabledReason | undefined;
  /** Since when each attempt has failed, in milliseconds since 1970; absent when the last one went well. */
  readonly failingSince?: number | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An endpoint with what its messages are signed with. */
export interface WebhookTarget extends WebhookEndpoint {
  /** The one in use first. */
  readonly secrets: readonly StoredWebhookSecret[];
}

/** An endpoint to be made. */
export interface NewWebhookEndpoint {
  /** A UUID that no other endpoint has. */
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  readonly description?: string | undefined;
  readonly types: readonly WebhookEventType[];
  readonly secret: string;
  /** It is told of events behind this position of the feed. */
  readonly afterPosition: number;
}

/** What is to be changed of an endpoint; what is absent stays. */
export interface WebhookEndpointChange {
  readonly url?: string | undefined;
  /** Null takes it away. */
  readonly description?: string | null | undefined;
  readonly types?: readonly WebhookEventType[] | undefined;
  readonly enabled?: boolean | undefined;
}

/** One page of endpoints, in the order in which they were made. */
export interface WebhookEndpointPage {
  readonly endpoints: readonly WebhookEndpoint[];
  /** Given when there is a further page. */
  readonly nextCursor?: string | undefined;
}

/** What becomes of a delivery: it is still to be sent, was taken, or was given up. */
export const webhookDeliveryStates = ['pending', 'delivered', 'dead'] as const;

/** What becomes of a delivery. */
export type WebhookDeliveryState = (typeof webhookDeliveryStates)[number];

/**
 * Why an attempt failed. `address`: there is none that may be called. `unreachable`: no connection, or one that broke.
 * `tls`: the certificate is not right. `timeout`: no answer in time. `redirect` and `status`: it answered, but not that it
 * took the message.
 */
export const webhookErrors = ['address', 'unreachable', 'tls', 'timeout', 'redirect', 'status'] as const;

/** Why an attempt failed. */
export type WebhookError = (typeof webhookErrors)[number];

/** An event of a job, for the endpoints of its tenant. */
export interface WebhookMessage {
  readonly tenant: string;
  readonly jobId: string;
  readonly seq: number;
  /** Its place in the feed. */
  readonly position: number;
  readonly type: WebhookEventType;
  /** Facts that go out with it: plain JSON. */
  readonly data: Readonly<Record<string, unknown>>;
  /** When it happened, in milliseconds since 1970. */
  readonly createdAt: number;
}

/** One message to one endpoint. */
export interface WebhookDelivery extends WebhookMessage {
  /** The same for the same event and endpoint, for ever: by it a receiver knows a message that it has had before. */
  readonly id: string;
  readonly endpointId: string;
  /** The job's own, as it was submitted. */
  readonly reference?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: WebhookDeliveryState;
  /** Claims so far: names the attempt, and never goes back. */
  readonly attempt: number;
  /** Attempts that failed, since it was asked for last. */
  readonly failures: number;
  /** When it is tried next, or, while it is being tried, when that is over; absent when it has ended. */
  readonly nextAttemptAt?: number | undefined;
  readonly lastAttemptAt?: number | undefined;
  /** The HTTP status of the last answer. */
  readonly lastStatus?: number | undefined;
  /** Why the last attempt failed. */
  readonly lastError?: WebhookError | undefined;
  readonly endedAt?: number | undefined;
}

/** Names one attempt of a delivery. */
export type WebhookClaim = Pick<WebhookDelivery, 'id' | 'tenant' | 'endpointId' | 'attempt'>;

/** How an attempt ended. */
export type WebhookAttemptResult =
  | { readonly result: 'delivered'; readonly status: number }
  | {
      readonly result: 'failed';
      readonly error: WebhookError;
      readonly status?: number | undefined;
      /** Wait before the next attempt, in milliseconds; absent when it is given up. */
      readonly retryInMs?: number | undefined;
      /** Whether the endpoint says that it is no more: it is disabled. @defaultValue false */
      readonly isGone?: boolean | undefined;
    }
  /** Nothing was learnt about the endpoint, so that is no failure: it is due again in so many milliseconds. */
  | { readonly result: 'handed-back'; readonly retryInMs: number };

/** Which deliveries of an endpoint are read. */
export interface WebhookDeliveryFilter {
  readonly tenant: string;
  readonly endpointId: string;
  readonly state?: WebhookDeliveryState | undefined;
  /** Page size, 1 to 1,000. @defaultValue 50 */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** One page of deliveries, those of the latest events first. */
export interface WebhookDeliveryPage {
  readonly deliveries: readonly WebhookDelivery[];
  /** Given when there is a further page. */
  readonly nextCursor?: string | undefined;
}

/** Which deliveries `purgeWebhooks` removes. */
export interface PurgeWebhooksOptions {
  /** Only deliveries that ended longer ago than this many milliseconds. */
  readonly olderThanMs: number;
  /** Upper bound of deliveries, 1 to 10,000. */
  readonly limit: number;
}

/**
 * The part of a job store that keeps webhooks: endpoints, and what they still have to be told. Every method but the
 * sender's own is scoped by tenant: another tenant's endpoint is as good as absent.
 */
export interface WebhookStore {
  /**
   * Makes an endpoint. No tenant has more than `maxPerTenant` of them, however many are made at once.
   *
   * @throws PubpipeError `TOO_MANY_WEBHOOKS` when the tenant has as many as it may.
   */
  createWebhook(endpoint: NewWebhookEndpoint, options: { readonly maxPerTenant: number }): Promise<WebhookEndpoint>;

  /**
   * Reads an endpoint, without its secrets.
   *
   * @throws PubpipeError `WEBHOOK_NOT_FOUND` when the tenant has none.
   */
  getWebhook(id: RowId): Promise<WebhookEndpoint>;

  /**
   * Reads a page of a tenant's endpoints, in the order in which they were made.
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit or the cursor is not one.
   */
  listWebhooks(filter: {
    readonly tenant: string;
    /** Page size, 1 to 1,000. @defaultValue 50 */
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
  }): Promise<WebhookEndpointPage>;

  /**
   * Changes an endpoint. What is pending goes to the new address. A disabled one gets nothing, and events that happen
   * meanwhile never come to it; what was pending before waits until it is enabled.
   *
   * @throws PubpipeError `WEBHOOK_NOT_FOUND` when the tenant has none.
   */
  changeWebhook(id: RowId, change: WebhookEndpointChange): Promise<WebhookEndpoint>;

  /**
   * Puts a new secret in use. Those before it are signed with too until `overlapMs` are over, or until they would have
   * expired before; of those the latest two.
   *
   * @throws PubpipeError `WEBHOOK_NOT_FOUND` when the tenant has none.
   */
  rotateWebhookSecret(
    id: RowId,
    rotation: { readonly secret: string; readonly overlapMs: number },
  ): Promise<WebhookEndpoint>;

  /**
   * Removes an endpoint with its address and secrets, at once and for good; nothing more is sent to it. Its deliveries go
   * with the next purge. Removing what is not there succeeds.
   */
  removeWebhook(id: RowId): Promise<void>;

  /**
   * Writes down what the enabled endpoints of a tenant have to be told of an event: a pending delivery for each that wants
   * its type and was made before it. Said again, it changes nothing. An event whose job is gone is told to nobody.
   * Answers how many deliveries are new.
   */
  addWebhookDeliveries(message: WebhookMessage): Promise<number>;

  /**
   * Enabled endpoints of all tenants that have a delivery which is due, with their secrets, in the order of their ids,
   * from the one after `after`.
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit is not one, 1 to 1,000.
   */
  dueWebhooks(options: {
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<readonly WebhookTarget[]>;

  /**
   * Claims deliveries of an endpoint that are due, those that have been for the longest time first, for `leaseMs` by the
   * database's clock. Of all concurrent claims of a delivery one gets it. When the lease is over and nobody has said how
   * the attempt ended, it is due again.
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit is not one, 1 to 1,000.
   */
  claimWebhookDeliveries(claim: {
    readonly endpointId: string;
    readonly limit: number;
    readonly leaseMs: number;
  }): Promise<readonly WebhookDelivery[]>;

  /**
   * Writes down how an attempt ended.
   *
   * @throws PubpipeError `CLAIM_LOST` when another attempt has begun, or the delivery is gone: nothing was written.
   */
  settleWebhookDelivery(claim: WebhookClaim, result: WebhookAttemptResult): Promise<void>;

  /**
   * Reads a page of an endpoint's deliveries, those of the latest events first.
   *
   * @throws PubpipeError `WEBHOOK_NOT_FOUND` when the tenant has no such endpoint.
   * @throws PubpipeError `INVALID_INPUT` when the limit or the cursor is not one.
   */
  listWebhookDeliveries(filter: WebhookDeliveryFilter): Promise<WebhookDeliveryPage>;

  /**
   * Makes a delivery that has ended due again, under its id, with all its attempts.
   *
   * @throws PubpipeError `WEBHOOK_DELIVERY_NOT_FOUND` when the tenant's endpoint has none of this id.
   * @throws PubpipeError `ILLEGAL_TRANSITION` when it is pending.
   */
  redeliverWebhook(delivery: RowId & { readonly endpointId: string }): Promise<WebhookDelivery>;

  /**
   * Removes deliveries that ended long ago, and those of removed endpoints. Bounded by `limit`: it is called again until
   * it has removed fewer than that. Answers how many.
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit or the age is not one.
   */
  purgeWebhooks(options: PurgeWebhooksOptions): Promise<number>;
}
