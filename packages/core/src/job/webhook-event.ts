import { type JobEventType, jobEventTypes } from './job-event.ts';

/** What can be told to webhooks. Progress is not: it comes many times a second, and is what event streams are for. */
export type WebhookEventType = `job.${Exclude<JobEventType, 'progress'>}`;

/** What can be told to webhooks: the events of jobs but `progress`, each with `job.` before its name. */
export const webhookEventTypes: readonly WebhookEventType[] = jobEventTypes
  .filter((type) => type !== 'progress')
  .map((type) => `job.${type}` as const);

/** What an endpoint is told of that has not asked for anything else: the ends of jobs. */
export const defaultWebhookEventTypes: readonly WebhookEventType[] = ['job.completed', 'job.failed', 'job.cancelled'];

/** The type under which webhooks are told of an event, if they are. */
export function webhookEventTypeOf(type: JobEventType): WebhookEventType | undefined {
  return type === 'progress' ? undefined : `job.${type}`;
}
