import { AbortDeadline } from '../errors/abort-deadline.ts';
import { type Bell, createBell } from '../pipeline/bell.ts';
import { pause } from '../pipeline/pause.ts';
import type { WebhookMetrics } from '../ports/metrics.ts';
import type { WebhookAttemptResult, WebhookDelivery, WebhookTarget } from '../ports/webhook-store.ts';
import { type AttemptSettings, attemptDelivery } from './attempt-delivery.ts';
import type { WebhookParts } from './create-webhooks.ts';
import { type PlaceBounds, SendingPlaces } from './sending-places.ts';

/** How deliveries are sent. */
export interface SenderSettings extends AttemptSettings, PlaceBounds {
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly keepEndedMs: number;
  readonly metrics: WebhookMetrics;
}

const endpointsAtOnce = 100;
const purgeIntervalMs = 60_000;
const purgedAtOnce = 500;
/** When it is our fault that nothing could be sent, a person has to look at it first. */
const ourFaultRetryMs = 60_000;

/** Sends deliveries that are due, endpoint by endpoint, each as many as it may have under way. */
export class WebhookSender {
  readonly #parts: WebhookParts;
  readonly #settings: SenderSettings;
  readonly #places: SendingPlaces;
  readonly #closing = new AbortController();
  readonly #givingUp = new AbortDeadline();
  readonly #bell: Bell;
  readonly #underWay = new Set<Promise<void>>();
  #loops: readonly Promise<void>[] = [];
  /** The endpoint that was sent to last: the next round begins behind it. */
  #served: string | undefined;

  constructor(parts: WebhookParts, settings: SenderSettings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#places = new SendingPlaces(settings);
    this.#bell = createBell(this.#closing.signal);
  }

  /** Begins. */
  start(): void {
    this.#loops = [this.#send(), this.#purge()];
  }

  /** Says that there may be something to send. */
  ring(): void {
    this.#bell.ring();
  }

  /** See `WebhookDelivering.close`. */
  async close(drainTimeoutMs: number): Promise<void> {
    this.#closing.abort();
    this.#givingUp.abortIn(drainTimeoutMs);
    await Promise.all(this.#loops);
    await Promise.all(this.#underWay);
    this.#givingUp.clear();
    this.#bell.close();
  }

  async #send(): Promise<void> {
    const { logger } = this.#parts.pipeline.parts;
    while (!this.#closing.signal.aborted) {
      this.#bell.silence();
      try {
        await this.#goRound();
      } catch (error) {
        if (!this.#closing.signal.aborted) logger.warn({ err: error }, 'webhook deliveries could not be looked for');
        await pause(this.#settings.pollMs, this.#closing.signal);
      }
      await this.#bell.rung(this.#settings.pollMs);
    }
  }

  /** Looks at each endpoint once, so that those at which places ran out come first in the next round. */
  async #goRound(): Promise<void> {
    for await (const target of this.#dueBehind(this.#served)) {
      if (this.#places.areTaken || this.#closing.signal.aborted) return;
      if (await this.#sendTo(target)) this.#served = target.id;
    }
  }

  async *#dueBehind(start: string | undefined): AsyncGenerator<WebhookTarget, void> {
    yield* this.#dueAfter(start);
    if (start === undefined) return;
    for await (const target of this.#dueAfter(undefined)) {
      if (target.id > start) return;
      yield target;
    }
  }

  async *#dueAfter(start: string | undefined): AsyncGenerator<WebhookTarget, void> {
    const { jobStore } = this.#parts.pipeline.parts;
    let after = start;
    for (;;) {
      if (this.#places.areTaken) return;
      const targets = await jobStore.dueWebhooks({ after, limit: endpointsAtOnce });
      yield* targets;
      if (targets.length < endpointsAtOnce) return;
      after = targets.at(-1)?.id;
    }
  }

  /** Answers whether there was something to send, and room for it. */
  async #sendTo(target: WebhookTarget): Promise<boolean> {
    const limit = this.#places.free(target);
    if (limit === 0) return false;
    const { jobStore } = this.#parts.pipeline.parts;
    const { leaseMs } = this.#settings;
    const deliveries = await jobStore.claimWebhookDeliveries({ endpointId: target.id, limit, leaseMs });
    for (const delivery of deliveries) {
      const giveBack = this.#places.take(target);
      const attempt = this.#attempt(target, delivery).finally(() => {
        giveBack();
        this.#underWay.delete(attempt);
        this.#bell.ring();
      });
      this.#underWay.add(attempt);
    }
    return deliveries.length > 0;
  }

  /** Never rejects. */
  async #attempt(target: WebhookTarget, delivery: WebhookDelivery): Promise<void> {
    const { jobStore, logger, clock } = this.#parts.pipeline.parts;
    const { id: webhookDeliveryId, tenant, endpointId: webhookId, jobId, attempt } = delivery;
    const facts = { webhookDeliveryId, webhookId, tenant, jobId, attempt };
    const begunAt = clock.monotonicNow();
    const result = await this.#sendOnce(target, delivery, facts);
    const durationMs = clock.monotonicNow() - begunAt;
    try {
      await jobStore.settleWebhookDelivery(delivery, result);
    } catch (error) {
      logger.warn({ ...facts, err: error }, 'how an attempt of a webhook delivery ended could not be written down');
      return;
    }
    if (result.result === 'handed-back') return;
    const isLast = result.result === 'failed' && result.retryInMs === undefined;
    this.#settings.metrics.webhookAttempted({ outcome: isLast ? 'dead' : result.result, durationMs });
    if (isLast) logger.warn({ ...facts, ...result }, 'a webhook delivery was given up');
    else logger.debug({ ...facts, ...result }, 'an attempt of a webhook delivery ended');
  }

  async #sendOnce(
    target: WebhookTarget,
    delivery: WebhookDelivery,
    facts: Readonly<Record<string, unknown>>,
  ): Promise<WebhookAttemptResult> {
    const { signal } = this.#givingUp;
    try {
      return await attemptDelivery(this.#parts, this.#settings, { target, delivery, signal });
    } catch (error) {
      this.#parts.pipeline.parts.logger.error({ ...facts, err: error }, 'a webhook delivery could not be sent');
      return { result: 'handed-back', retryInMs: ourFaultRetryMs };
    }
  }

  async #purge(): Promise<void> {
    const { jobStore, logger } = this.#parts.pipeline.parts;
    const { signal } = this.#closing;
    const { keepEndedMs: olderThanMs } = this.#settings;
    while (!signal.aborted) {
      try {
        for (let purged = purgedAtOnce; purged === purgedAtOnce && !signal.aborted; ) {
          purged = await jobStore.purgeWebhooks({ olderThanMs, limit: purgedAtOnce });
        }
      } catch (error) {
        if (!signal.aborted) logger.error({ err: error }, 'the removal of old webhook deliveries failed');
      }
      await pause(purgeIntervalMs, signal);
    }
  }
}
