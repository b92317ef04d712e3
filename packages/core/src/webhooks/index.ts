export {
  createWebhooks,
  type NewWebhook,
  type SecretRotation,
  type WebhookChange,
  type WebhookParts,
  type Webhooks,
  type WebhookWithSecret,
} from './create-webhooks.ts';
export type { ResolveHost } from './resolve-host.ts';
export { type StartWebhooksOptions, startWebhooks, type WebhookDelivering } from './start-webhooks.ts';
export type { WebhookOptions } from './webhook-options.ts';
export type { WebhookRetryOptions } from './webhook-retry.ts';
