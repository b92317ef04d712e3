import { z } from 'zod';
import { webhookEventTypes } from '../../job/webhook-event.ts';
import {
  type WebhookDelivery,
  type WebhookEndpoint,
  webhookDeliveryStates,
  webhookErrors,
} from '../../ports/webhook-store.ts';
import { toTime } from '../artifacts/artifact-json.ts';
import { type HttpParts, hrefOf } from '../http-parts.ts';
import type { HttpRequest } from '../http-request.ts';

const webhookFields = {
  id: z.uuid(),
  url: z.string(),
  description: z.string().optional(),
  types: z.array(z.enum(webhookEventTypes)),
  enabled: z.boolean(),
  disabledReason: z
    .enum(['request', 'gone'])
    .optional()
    .describe('Why it is disabled: somebody asked for that, or it answered 410 Gone.'),
  failingSince: z.iso.datetime().optional().describe('Since when each attempt has failed.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  links: z.object({ self: z.string(), deliveries: z.string() }),
};

/** A webhook as clients see it: its secret is nowhere in it. */
export const webhookSchema = z.object(webhookFields);

/** A webhook with a secret that has just been put in use. */
export const webhookWithSecretSchema = z.object({
  ...webhookFields,
  secret: z.string().describe('What messages are signed with: shown this once.'),
});

/** What a webhook was told, or has still to be told. */
export const webhookDeliverySchema = z.object({
  id: z.uuid().describe('The `webhook-id` of each attempt.'),
  type: z.enum(webhookEventTypes),
  jobId: z.uuid(),
  seq: z.int().describe('Which event of the job it is.'),
  state: z.enum(webhookDeliveryStates),
  attempt: z.int().describe('Attempts so far, those among them of which nobody knows how they ended.'),
  failures: z.int().describe('Attempts that failed, since it was asked for last.'),
  createdAt: z.iso.datetime().describe('When the event happened.'),
  nextAttemptAt: z.iso.datetime().optional(),
  lastAttemptAt: z.iso.datetime().optional(),
  lastStatus: z.int().optional().describe('The status of the last answer.'),
  lastError: z.enum(webhookErrors).optional().describe('Why the last attempt failed.'),
  endedAt: z.iso.datetime().optional(),
  links: z.object({ redeliver: z.string().optional().describe('When it has ended.') }),
});

/** Turns webhooks into what clients see. */
export function webhookWriter(parts: HttpParts, request: Pick<HttpRequest, 'mountPath'>) {
  const href = hrefOf(parts, request);
  return (endpoint: WebhookEndpoint): z.output<typeof webhookSchema> => {
    const { id, url, description, types, disabled, failingSince, createdAt, updatedAt } = endpoint;
    return {
      id,
      url,
      description,
      types: [...types],
      enabled: disabled === undefined,
      disabledReason: disabled,
      failingSince: optionalTime(failingSince),
      createdAt: toTime(createdAt),
      updatedAt: toTime(updatedAt),
      links: { self: href(`/webhooks/${id}`), deliveries: href(`/webhooks/${id}/deliveries`) },
    };
  };
}

/** Turns deliveries of webhooks into what clients see. */
export function webhookDeliveryWriter(parts: HttpParts, request: Pick<HttpRequest, 'mountPath'>) {
  const href = hrefOf(parts, request);
  return (delivery: WebhookDelivery): z.output<typeof webhookDeliverySchema> => {
    const { id, endpointId, type, jobId, seq, state, attempt, failures, lastStatus, lastError } = delivery;
    return {
      id,
      type,
      jobId,
      seq,
      state,
      attempt,
      failures,
      createdAt: toTime(delivery.createdAt),
      nextAttemptAt: optionalTime(delivery.nextAttemptAt),
      lastAttemptAt: optionalTime(delivery.lastAttemptAt),
      lastStatus,
      lastError,
      endedAt: optionalTime(delivery.endedAt),
      links: {
        redeliver: state === 'pending' ? undefined : href(`/webhooks/${endpointId}/deliveries/${id}/redeliver`),
      },
    };
  };
}

const optionalTime = (time: number | undefined): string | undefined => (time === undefined ? undefined : toTime(time));
