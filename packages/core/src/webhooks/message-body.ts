import { webhookEventTypeOf } from '../job/webhook-event.ts';
import type { FeedEvent } from '../ports/event-feed.ts';
import type { WebhookDelivery, WebhookMessage } from '../ports/webhook-store.ts';

/**
 * What webhooks are told of an event, or undefined when they are not told of its kind. The code of an error and the number
 * of an attempt or a page, and nothing else of its facts: messages of errors may name hosts and folders, and whoever may know more asks for the job.
 */
export function toWebhookMessage(event: FeedEvent): WebhookMessage | undefined {
  const { tenant, jobId, seq, position, createdAt, data } = event;
  const type = webhookEventTypeOf(event.type);
  if (type === undefined) return undefined;
  const { attempt, page, code } = data;
  const facts = {
    ...(typeof attempt === 'number' ? { attempt } : {}),
    ...(typeof page === 'number' ? { page } : {}),
    ...(typeof code === 'string' ? { error: { code } } : {}),
  };
  return { tenant, jobId, seq, position, type, data: facts, createdAt };
}

/** The body of a delivery, as Standard Webhooks has it. It is the same in each attempt. */
export function toMessageBody({ type, createdAt, jobId, seq, reference, labels, data }: WebhookDelivery): string {
  return JSON.stringify({
    type,
    timestamp: new Date(createdAt).toISOString(),
    data: { jobId, seq, reference, labels, ...data },
  });
}
