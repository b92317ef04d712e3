import type { z } from 'zod';
import { randomId } from '../job/random-id.ts';
import { checkSchema } from '../pipeline/check-schema.ts';
import type { Pipeline, Reference } from '../pipeline/create-pipeline.ts';
import type { PipelineParts } from '../pipeline/pipeline-parts.ts';
import type {
  WebhookDelivery,
  WebhookDeliveryFilter,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointPage,
} from '../ports/webhook-store.ts';
import { type ResolvedWebhookOptions, resolveWebhookOptions, type WebhookOptions } from './webhook-options.ts';
import { newWebhookSchema, secretRotationSchema, webhookChangeSchema } from './webhook-schema.ts';
import { newWebhookSecret, parseWebhookSecret } from './webhook-secret.ts';
import { parseWebhookUrl } from './webhook-url.ts';

/** The consumer whose cursor says which events have become deliveries. */
export const webhookConsumer = 'pubpipe-webhooks';

/** A request that says whose it is. */
export type OfTenant<Request> = Request & {
  /** @defaultValue 'default' */
  readonly tenant?: string | undefined;
};

/** A webhook to be made. */
export type NewWebhook = OfTenant<z.input<typeof newWebhookSchema>>;

/** What is to be changed of a webhook; what is absent stays. */
export type WebhookChange = z.input<typeof webhookChangeSchema>;

/** How a secret is put in the place of another. */
export type SecretRotation = z.input<typeof secretRotationSchema>;

/** An endpoint with its new secret, which is shown this once. */
export interface WebhookWithSecret {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
}

/** What webhooks are made of, for those who send and for routes. */
export interface WebhookParts extends ResolvedWebhookOptions {
  readonly pipeline: Pick<Pipeline, 'consume'> & {
    readonly parts: Pick<PipelineParts, 'jobStore' | 'logger' | 'clock'>;
  };
}

/**
 * The endpoints to which a pipeline's tenants want to be told of events, and what they have been told. Messages are sent
 * by `startWebhooks`, in this process or in others.
 */
export interface Webhooks {
  readonly parts: WebhookParts;

  /**
   * Makes an endpoint. It is told of events that are committed from when this resolves, also when nobody sends yet.
   *
   * @throws PubpipeError `INVALID_INPUT` when the request is not valid, or the URL is none that may be called.
   * @throws PubpipeError `TOO_MANY_WEBHOOKS` when the tenant has as many as it may.
   */
  create(webhook: NewWebhook): Promise<WebhookWithSecret>;

  /**
   * Reads an endpoint.
   *
   * @throws PubpipeError `WEBHOOK_NOT_FOUND` when the tenant has none.
   */
  get(webhook: Reference): Promise<WebhookEndpoint>;

  /** Reads a page of endpoints, in the order in which they were made. */
  list(
    filter?: OfTenant<{ readonly limit?: number | undefined; readonly cursor?: string | undefined }>,
  ): Promise<WebhookEndpointPage>;

  /**
   * Changes an endpoint. `enabled: true` also enables one that has answered 410 Gone.
   *
   * @throws PubpipeError `INVALID_INPUT` when the change is not valid, and `WEBHOOK_NOT_FOUND`.
   */
  change(webhook: Reference, change: WebhookChange): Promise<WebhookEndpoint>;

  /**
   * Puts a new secret in the place of the one in use, with which messages are signed too for a while (a day), so that
   * receivers can be changed without losing any.
   *
   * @throws PubpipeError `INVALID_INPUT` when the secret is none, and `WEBHOOK_NOT_FOUND`.
   */
  rotateSecret(webhook: Reference, rotation?: SecretRotation): Promise<WebhookWithSecret>;

  /** Removes an endpoint; nothing more is sent to it. Removing what is not there succeeds. */
  remove(webhook: Reference): Promise<void>;

  /**
   * Reads a page of an endpoint's deliveries, those of the latest events first.
   *
   * @throws PubpipeError `WEBHOOK_NOT_FOUND` when the tenant has no such endpoint.
   */
  deliveries(filter: OfTenant<Omit<WebhookDeliveryFilter, 'tenant'>>): Promise<WebhookDeliveryPage>;

  /**
   * Sends a delivery that has ended again, under its id, with all its attempts.
   *
   * @throws PubpipeError `WEBHOOK_DELIVERY_NOT_FOUND`, or `ILLEGAL_TRANSITION` when it is pending.
   */
  redeliver(delivery: Reference & { readonly endpointId: string }): Promise<WebhookDelivery>;
}

/**
 * Makes the webhooks of a pipeline.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range.
 */
export function createWebhooks<Transaction>(pipeline: Pipeline<Transaction>, options: WebhookOptions = {}): Webhooks {
  const settings = resolveWebhookOptions(options);
  const { jobStore } = pipeline.parts;
  const { secretBox, maxPerTenant } = settings;
  const toUrl = (text: string): string => parseWebhookUrl(text, settings).url.href;
  const toSecret = (given: string | undefined) =>
    given === undefined ? newWebhookSecret() : parseWebhookSecret(given);

  const webhooks: Webhooks = {
    parts: Object.freeze({ ...settings, pipeline }),
    async create({ tenant = 'default', ...request }) {
      const { types, description, ...rest } = checkSchema(newWebhookSchema, request, 'The webhook is not valid');
      const [url, secret, id] = [toUrl(rest.url), toSecret(rest.secret), randomId()];
      // In this order: what is committed after it is neither passed over by who makes deliveries, nor too old.
      await jobStore.registerConsumer({ name: webhookConsumer, from: 'end' });
      const afterPosition = await jobStore.feedEnd();
      const endpoint = await jobStore.createWebhook(
        { id, tenant, url, description, types, secret: secretBox.close(secret, id), afterPosition },
        { maxPerTenant },
      );
      return { endpoint, secret };
    },
    get: (webhook) => jobStore.getWebhook(toRowId(webhook)),
    list: ({ tenant = 'default', ...filter } = {}) => jobStore.listWebhooks({ tenant, ...filter }),
    async change(webhook, change) {
      const { url, ...rest } = checkSchema(webhookChangeSchema, change, 'The change is not valid');
      return await jobStore.changeWebhook(toRowId(webhook), { ...rest, url: url && toUrl(url) });
    },
    async rotateSecret(webhook, rotation = {}) {
      const { secret: given, overlapMs } = checkSchema(secretRotationSchema, rotation, 'The rotation is not valid');
      const secret = toSecret(given);
      const stored = secretBox.close(secret, webhook.id);
      const endpoint = await jobStore.rotateWebhookSecret(toRowId(webhook), { secret: stored, overlapMs });
      return { endpoint, secret };
    },
    remove: (webhook) => jobStore.removeWebhook(toRowId(webhook)),
    deliveries: ({ tenant = 'default', ...filter }) => jobStore.listWebhookDeliveries({ tenant, ...filter }),
    redeliver: ({ endpointId, ...delivery }) => jobStore.redeliverWebhook({ ...toRowId(delivery), endpointId }),
  };
  return Object.freeze(webhooks);
}

const toRowId = ({ id, tenant = 'default' }: Reference) => ({ id, tenant });
