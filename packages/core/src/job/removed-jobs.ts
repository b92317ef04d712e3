import type { RemovedJobs } from '../ports/retention.ts';

/** Nothing was removed. */
export const nothingRemoved: RemovedJobs = Object.freeze({
  jobs: 0,
  records: 0,
  events: 0,
  artifacts: 0,
  bytes: 0,
  webhooks: 0,
  webhookDeliveries: 0,
});

/** Adds up what was removed. */
export function addRemoved(a: RemovedJobs, b: RemovedJobs): RemovedJobs {
  return {
    jobs: a.jobs + b.jobs,
    records: a.records + b.records,
    events: a.events + b.events,
    artifacts: a.artifacts + b.artifacts,
    bytes: a.bytes + b.bytes,
    webhooks: a.webhooks + b.webhooks,
    webhookDeliveries: a.webhookDeliveries + b.webhookDeliveries,
  };
}
