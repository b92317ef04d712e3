export type { AddressPolicy } from './address-policy.ts';
export {
  createWebhooks,
  type NewWebhook,
  type OfTenant,
  type SecretRotation,
  type WebhookChange,
  type WebhookParts,
  type Webhooks,
  type WebhookWithSecret,
} from './create-webhooks.ts';
export type { ResolveHost } from './resolve-host.ts';
export type { SecretBox } from './secret-box.ts';
export { type StartWebhooksOptions, startWebhooks, type WebhookDelivering } from './start-webhooks.ts';
export type { ResolvedWebhookOptions, WebhookOptions } from './webhook-options.ts';
export type { WebhookRetryOptions } from './webhook-retry.ts';
