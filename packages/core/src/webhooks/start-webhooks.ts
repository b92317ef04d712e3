import { checkTimes, checkWholeNumbers } from '../errors/check-numbers.ts';
import type { JobEventType } from '../job/job-event.ts';
import { webhookEventTypes } from '../job/webhook-event.ts';
import type { FeedHandler } from '../pipeline/consume-feed.ts';
import { noWebhookMetrics, type WebhookMetrics } from '../ports/metrics.ts';
import { type Webhooks, webhookConsumer } from './create-webhooks.ts';
import { toWebhookMessage } from './message-body.ts';
import { type ResolveHost, resolveByDns } from './resolve-host.ts';
import { resolveWebhookRetry, type WebhookRetryOptions } from './webhook-retry.ts';
import { type SenderSettings, WebhookSender } from './webhook-sender.ts';

/** Options of {@link startWebhooks}. */
export interface StartWebhooksOptions {
  /** Attempts that may be under way at once in this process. @defaultValue 64 */
  readonly concurrency?: number | undefined;
  /** Attempts of one endpoint among them. @defaultValue 4 */
  readonly perEndpoint?: number | undefined;
  /** Longest time for an attempt, from looking for the address to the end of the answer, in milliseconds. @defaultValue 15_000 */
  readonly timeoutMs?: number | undefined;
  /** How long after a process has died another one sends what it was sending, in milliseconds: at least `timeoutMs`. @defaultValue 60_000 more than that */
  readonly leaseMs?: number | undefined;
  readonly retry?: WebhookRetryOptions | undefined;
  /** How often to look for deliveries that are due, in milliseconds. @defaultValue 1_000 */
  readonly pollMs?: number | undefined;
  /** How long deliveries that have ended can be listed, in milliseconds. @defaultValue 2_592_000_000 (30 days) */
  readonly keepEndedMs?: number | undefined;
  /** Certificates of authorities to trust, as PEM. @defaultValue those of Node */
  readonly ca?: readonly string[] | undefined;
  /** `@pubpipe/core/prometheus` makes such ones. @defaultValue counts nothing */
  readonly metrics?: WebhookMetrics | undefined;
  /** Finds the addresses of a host; each is checked. @defaultValue asks the DNS servers of the machine */
  readonly resolveHost?: ResolveHost | undefined;
}

/** Webhooks at work. */
export interface WebhookDelivering {
  /**
   * Takes no further delivery, lets attempts end for `drainTimeoutMs`, then hands them back, and resolves when nothing
   * goes on. Idempotent.
   */
  close(options?: {
    /** In milliseconds. @defaultValue 10_000 */
    readonly drainTimeoutMs?: number | undefined;
  }): Promise<void>;
}

/**
 * Starts to make deliveries of events, and to send those that are due, in this process. Of all processes that do, one
 * makes deliveries at a time, and all of them send.
 *
 * Each delivery is made once for an event and an endpoint, and sent until the endpoint answers 2xx, at least once: what was
 * sent when its process died is sent again under the same `webhook-id`. The order of events is not kept.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range.
 * @throws PubpipeError `JOB_STORE_UNAVAILABLE` when the database can't be reached.
 */
export async function startWebhooks(
  webhooks: Webhooks,
  options: StartWebhooksOptions = {},
): Promise<WebhookDelivering> {
  const { pipeline } = webhooks.parts;
  const { jobStore, logger } = pipeline.parts;
  const sender = new WebhookSender(webhooks.parts, resolveSender(options));
  const makeDeliveries: FeedHandler = async (entry) => {
    if (entry.type === 'reset') {
      const facts = { position: entry.position };
      logger.warn(facts, 'jobs were purged before webhooks could be told of them: retention is too short');
      return;
    }
    const message = toWebhookMessage(entry);
    if (message !== undefined && (await jobStore.addWebhookDeliveries(message)) > 0) sender.ring();
  };
  const types = webhookEventTypes.map((type) => type.slice('job.'.length) as JobEventType);
  const consumer = await pipeline.consume(webhookConsumer, makeDeliveries, { from: 'end', types });
  sender.start();
  return Object.freeze({
    async close({ drainTimeoutMs = 10_000 } = {}) {
      checkTimes({ drainTimeoutMs });
      await Promise.all([consumer.close({ drainTimeoutMs }), sender.close(drainTimeoutMs)]);
    },
  } satisfies WebhookDelivering);
}

function resolveSender(options: StartWebhooksOptions): SenderSettings {
  const { concurrency = 64, perEndpoint = 4, timeoutMs = 15_000, pollMs = 1_000, ca } = options;
  const { keepEndedMs = 2_592_000_000, resolveHost = resolveByDns, retry, leaseMs = timeoutMs + 60_000 } = options;
  const { metrics = noWebhookMetrics } = options;
  checkWholeNumbers({ concurrency, perEndpoint }, { least: 1, most: 1_000 });
  checkWholeNumbers({ keepEndedMs }, { least: 0 });
  checkWholeNumbers({ timeoutMs }, { least: 1, most: 600_000 });
  checkTimes({ leaseMs }, { least: timeoutMs });
  checkTimes({ pollMs }, { least: 1 });
  return Object.freeze({
    concurrency,
    perEndpoint,
    timeoutMs,
    leaseMs,
    pollMs,
    keepEndedMs,
    resolveHost,
    metrics,
    ca: ca && Object.freeze([...ca]),
    retry: resolveWebhookRetry(retry),
    random: Math.random,
  });
}
