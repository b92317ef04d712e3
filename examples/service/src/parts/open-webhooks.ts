import type { Pipeline } from '@pubpipe/core';
import type { PrometheusMetrics } from '@pubpipe/core/prometheus';
import { createWebhooks, startWebhooks, type Webhooks } from '@pubpipe/core/webhooks';
import type { ApiSettings } from '../settings/api-settings.ts';

/**
 * Lets tenants be told of their jobs, and sends what they are to be told: from here, since workers should reach nobody.
 * Undefined where the environment has no key for their secrets.
 */
export async function openWebhooks(options: {
  readonly pipeline: Pipeline;
  readonly metrics: PrometheusMetrics;
  readonly settings: ApiSettings;
  readonly closing: AsyncDisposableStack;
}): Promise<Webhooks | undefined> {
  const { pipeline, metrics, settings, closing } = options;
  if (settings.WEBHOOK_KEY === undefined) return undefined;
  const webhooks = createWebhooks(pipeline, { secretKeys: [settings.WEBHOOK_KEY] });
  const sending = await startWebhooks(webhooks, { metrics });
  closing.defer(() => sending.close({ drainTimeoutMs: settings.DRAIN_MS }));
  return webhooks;
}
