import { expect, it } from 'vitest';
import type { FeedEvent } from '../ports/event-feed.ts';
import type { WebhookDelivery } from '../ports/webhook-store.ts';
import { toMessageBody, toWebhookMessage } from './message-body.ts';

const failed: FeedEvent = {
  tenant: 'shop',
  jobId: 'job',
  seq: 3,
  position: 12,
  type: 'failed',
  data: {
    attempt: 2,
    code: 'STORE_UNAVAILABLE',
    message: 'connect ECONNREFUSED 10.1.2.3:9000',
    details: { bucket: 'internal' },
  },
  createdAt: Date.UTC(2026, 0, 1),
};

it('of an error tells its code, and neither its message nor its details', () => {
  const message = toWebhookMessage(failed);
  expect(message).toEqual({
    tenant: 'shop',
    jobId: 'job',
    seq: 3,
    position: 12,
    type: 'job.failed',
    data: { attempt: 2, error: { code: 'STORE_UNAVAILABLE' } },
    createdAt: failed.createdAt,
  });
});

it('says what Standard Webhooks asks for, and not whose it is', () => {
  const message = toWebhookMessage(failed);
  if (message === undefined) throw new Error('It is told.');
  const delivery: WebhookDelivery = {
    ...message,
    id: 'id',
    endpointId: 'endpoint',
    reference: 'order 7',
    labels: { shop: 'north' },
    state: 'pending',
    attempt: 1,
    failures: 0,
  };
  expect(JSON.parse(toMessageBody(delivery))).toEqual({
    type: 'job.failed',
    timestamp: '2026-01-01T00:00:00.000Z',
    data: {
      jobId: 'job',
      seq: 3,
      reference: 'order 7',
      labels: { shop: 'north' },
      attempt: 2,
      error: { code: 'STORE_UNAVAILABLE' },
    },
  });
});

it('is nothing for progress', () => {
  expect(toWebhookMessage({ ...failed, type: 'progress', data: { stage: 'exporting' } })).toBeUndefined();
});
