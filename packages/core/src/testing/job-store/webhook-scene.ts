import { randomId } from '../../job/random-id.ts';
import type { FeedEvent } from '../../ports/event-feed.ts';
import type {
  NewWebhookEndpoint,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookMessage,
} from '../../ports/webhook-store.ts';
import { type JobStoreScene, leaseMs, tenant } from './job-store-scene.ts';

/** Bounds that no test comes near. */
export const plenty = { maxPerTenant: 100 };

/** An endpoint that can be made. */
export function newWebhook(webhook: Partial<NewWebhookEndpoint> = {}): NewWebhookEndpoint {
  return {
    id: randomId(),
    tenant,
    url: 'https://shop.example/hooks',
    types: ['job.queued'],
    secret: 'whsec_one',
    afterPosition: 0,
    ...webhook,
  };
}

/** What tests do with webhooks again and again. */
export interface WebhookScene {
  /** Makes an endpoint. */
  readonly endpoint: (webhook?: Partial<NewWebhookEndpoint>) => Promise<WebhookEndpoint>;
  /** Submits a job, and makes of its first event what webhooks are told of it. */
  readonly message: (job?: { readonly owner?: string; readonly reference?: string }) => Promise<WebhookMessage>;
  /** Submits jobs, and tells all endpoints of the tenant of each. */
  readonly tell: (count?: number, owner?: string) => Promise<readonly WebhookMessage[]>;
  /** Claims what is due at an endpoint. */
  readonly claim: (endpoint: Pick<WebhookEndpoint, 'id'>, limit?: number) => Promise<readonly WebhookDelivery[]>;
  /** Claims the one delivery that must be due at an endpoint. */
  readonly claimOne: (endpoint: Pick<WebhookEndpoint, 'id'>) => Promise<WebhookDelivery>;
  /** All deliveries of an endpoint. */
  readonly deliveries: (endpoint: WebhookEndpoint) => Promise<readonly WebhookDelivery[]>;
  /** Ids of the endpoints at which something is due. */
  readonly due: () => Promise<readonly string[]>;
}

/** Makes it on an open store. */
export function createWebhookScene({ store, submit }: JobStoreScene): WebhookScene {
  const scene: WebhookScene = {
    endpoint: (webhook) => store.createWebhook(newWebhook(webhook), plenty),
    async message({ owner = tenant, reference } = {}) {
      const after = await store.feedEnd();
      const { job } = await submit({ tenant: owner, reference });
      const { entries } = await store.readFeed({ scope: { tenant: owner }, after });
      const event = entries.find((entry) => entry.type !== 'reset' && entry.jobId === job.id) as FeedEvent;
      const { jobId, seq, position, createdAt } = event;
      return { tenant: owner, jobId, seq, position, createdAt, type: 'job.queued', data: { attempt: 1 } };
    },
    async tell(count = 1, owner = tenant) {
      const messages: WebhookMessage[] = [];
      for (let index = 0; index < count; index += 1) {
        const message = await scene.message({ owner });
        await store.addWebhookDeliveries(message);
        messages.push(message);
      }
      return messages;
    },
    claim: ({ id }, limit = 100) => store.claimWebhookDeliveries({ endpointId: id, limit, leaseMs }),
    async claimOne(endpoint) {
      const [delivery, ...others] = await scene.claim(endpoint);
      if (delivery === undefined || others.length > 0) throw new Error('Not one delivery is due.');
      return delivery;
    },
    deliveries: async ({ id, tenant: owner }) =>
      (await store.listWebhookDeliveries({ tenant: owner, endpointId: id, limit: 1_000 })).deliveries,
    due: async () => (await store.dueWebhooks({ limit: 1_000 })).map(({ id }) => id),
  };
  return Object.freeze(scene);
}
