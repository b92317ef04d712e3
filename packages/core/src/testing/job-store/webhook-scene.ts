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
export function createWebhookScene({ store, submit }: JobStoreScene) {
  const scene = {
    /** Makes an endpoint. */
    endpoint: (webhook?: Partial<NewWebhookEndpoint>) => store.createWebhook(newWebhook(webhook), plenty),
    /** Submits a job, and makes of its first event what webhooks are told of it. */
    async message({ owner = tenant, reference }: { owner?: string; reference?: string } = {}): Promise<WebhookMessage> {
      const after = await store.feedEnd();
      const { job } = await submit({ tenant: owner, reference });
      const { entries } = await store.readFeed({ scope: { tenant: owner }, after });
      const event = entries.find((entry) => entry.type !== 'reset' && entry.jobId === job.id) as FeedEvent;
      const { jobId, seq, position, createdAt } = event;
      return { tenant: owner, jobId, seq, position, createdAt, type: 'job.queued', data: { attempt: 1 } };
    },
    /** Submits jobs, and tells all endpoints of the tenant of each. */
    async tell(count = 1, owner = tenant): Promise<readonly WebhookMessage[]> {
      const messages: WebhookMessage[] = [];
      for (let index = 0; index < count; index += 1) {
        const message = await scene.message({ owner });
        await store.addWebhookDeliveries(message);
        messages.push(message);
      }
      return messages;
    },
    /** Claims what is due at an endpoint. */
    claim: ({ id }: Pick<WebhookEndpoint, 'id'>, limit = 100) =>
      store.claimWebhookDeliveries({ endpointId: id, limit, leaseMs }),
    /** Claims the one delivery that must be due at an endpoint. */
    async claimOne(endpoint: Pick<WebhookEndpoint, 'id'>): Promise<WebhookDelivery> {
      const [delivery, ...others] = await scene.claim(endpoint);
      if (delivery === undefined || others.length > 0) throw new Error('Not one delivery is due.');
      return delivery;
    },
    /** All deliveries of an endpoint. */
    deliveries: async ({ id, tenant: owner }: WebhookEndpoint) =>
      (await store.listWebhookDeliveries({ tenant: owner, endpointId: id, limit: 1_000 })).deliveries,
    /** Ids of the endpoints at which something is due. */
    due: async () => (await store.dueWebhooks({ limit: 1_000 })).map(({ id }) => id),
  };
  return scene;
}
