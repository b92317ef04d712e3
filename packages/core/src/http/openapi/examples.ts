import type { z } from 'zod';
import type { artifactSchema } from '../artifacts/artifact-json.ts';
import type { batchSchema } from '../batches/batch-json.ts';
import type { eventSchema } from '../jobs/event-json.ts';
import type { jobSchema } from '../jobs/job-json.ts';
import type { recordSchema } from '../jobs/record-json.ts';
import type { problemSchema } from '../problem.ts';
import type { webhookDeliverySchema, webhookSchema } from '../webhooks/webhook-json.ts';

const webhookId = '01970c3e-6b20-7a3c-8d15-90fe2b6c4d77';
const deliveryId = '5f2b1c84-7d3e-5a90-b6c1-0e4f8a2d9b13';
const documentId = '01970c3e-5a40-7b51-9c2d-3f6a1e8b7d10';
const dataId = '01970c3e-5b02-7c1f-8a44-7e21c90b5d63';
const jobId = '01970c3e-7f12-7d84-a1b7-52c98e0f4a36';

const artifact: z.output<typeof artifactSchema> = {
  id: documentId,
  kind: 'upload',
  state: 'ready',
  fileName: 'card.sla',
  mediaType: 'application/vnd.scribus',
  byteSize: 48_213,
  sha256: '3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea',
  createdAt: '2026-05-26T09:00:00.000Z',
  expiresAt: '2026-05-27T09:00:00.000Z',
  links: { self: `/print/artifacts/${documentId}`, content: `/print/artifacts/${documentId}/content` },
};

const job: z.output<typeof jobSchema> = {
  id: jobId,
  type: 'render',
  status: 'queued',
  lane: 'standard',
  priority: 0,
  batch: 'cards of May',
  reference: 'order 4711',
  labels: { shop: 'north' },
  correlationId: '6b1f0a52c3d94e7f8a9b0c1d2e3f4a5b',
  attempt: 0,
  failures: 0,
  maxAttempts: 3,
  runAt: '2026-05-26T09:00:01.000Z',
  createdAt: '2026-05-26T09:00:01.000Z',
  updatedAt: '2026-05-26T09:00:01.000Z',
  document: artifact,
  assets: [],
  previews: [],
  outputs: [],
  reports: [],
  links: {
    self: `/print/jobs/${jobId}`,
    events: `/print/jobs/${jobId}/events`,
    pages: `/print/jobs/${jobId}/pages/{page}`,
    content: `/print/jobs/${jobId}/content`,
    batch: '/print/batches/cards%20of%20May',
    cancel: `/print/jobs/${jobId}/cancel`,
  },
};

const event: z.output<typeof eventSchema> = {
  jobId,
  seq: 1,
  type: 'queued',
  data: {},
  createdAt: '2026-05-26T09:00:01.000Z',
};

const record: z.output<typeof recordSchema> = {
  first: 17,
  last: 17,
  name: '17-Anna',
  status: 'failed',
  path: 'fast',
  findings: [
    { check: 'overset-text', severity: 'error', message: 'Text4: text does not fit.', page: 1, object: 'Text4' },
  ],
  notes: [],
  error: { code: 'PREFLIGHT_FAILED', message: 'Text4: text does not fit.', details: {} },
  attempt: 1,
  files: [],
};

const renderRequest = {
  document: documentId,
  renditions: [
    { kind: 'pdf', profile: 'pdf/x-4' },
    { kind: 'png', dpi: 96 },
  ],
  batch: 'cards of May',
  reference: 'order 4711',
  labels: { shop: 'north' },
};

const problem: z.output<typeof problemSchema> = {
  type: 'about:blank',
  title: 'Not Found',
  status: 404,
  code: 'JOB_NOT_FOUND',
  detail: `There is no job ${jobId}.`,
  instance: `/print/jobs/${jobId}`,
  requestId: '6b1f0a52c3d94e7f8a9b0c1d2e3f4a5b',
  details: { jobId },
};

const webhook: z.output<typeof webhookSchema> = {
  id: webhookId,
  url: 'https://shop.example/hooks',
  description: 'orders of the shop',
  types: ['job.completed', 'job.failed', 'job.cancelled'],
  enabled: true,
  createdAt: '2026-05-26T08:00:00.000Z',
  updatedAt: '2026-05-26T08:00:00.000Z',
  links: { self: `/print/webhooks/${webhookId}`, deliveries: `/print/webhooks/${webhookId}/deliveries` },
};

const webhookDelivery: z.output<typeof webhookDeliverySchema> = {
  id: deliveryId,
  type: 'job.completed',
  jobId,
  seq: 4,
  state: 'delivered',
  attempt: 1,
  failures: 0,
  createdAt: '2026-05-26T09:00:02.000Z',
  lastAttemptAt: '2026-05-26T09:00:02.000Z',
  lastStatus: 204,
  endedAt: '2026-05-26T09:00:02.000Z',
  links: { redeliver: `/print/webhooks/${webhookId}/deliveries/${deliveryId}/redeliver` },
};

const batch: z.output<typeof batchSchema> = {
  id: 'cards of May',
  total: 250,
  counts: { queued: 0, running: 0, completed: 248, failed: 2, cancelled: 0 },
  errors: { PREFLIGHT_FAILED: 2 },
  createdAt: '2026-05-26T09:00:01.000Z',
  finishedAt: '2026-05-26T09:00:41.000Z',
  links: {
    self: '/print/batches/cards%20of%20May',
    jobs: '/print/jobs?batch=cards%20of%20May',
    content: '/print/batches/cards%20of%20May/content',
  },
};

/** What values of schemas look like, by the names that schemas have in the document. */
export const examples: Readonly<Record<string, object>> = {
  Artifact: artifact,
  Batch: batch,
  Event: event,
  Job: job,
  Problem: problem,
  Webhook: webhook,
  WebhookDelivery: webhookDelivery,
  WebhookWithSecret: { ...webhook, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=' },
  CreateWebhookRequest: { url: webhook.url, description: webhook.description, types: webhook.types },
  ChangeWebhookRequest: { enabled: false },
  Record: record,
  MergeJobRequest: {
    type: 'merge',
    template: documentId,
    data: { artifact: dataId },
    name: '%VAR_COUNT%-%VAR_name%',
    renditions: [{ kind: 'pdf', profile: 'print' }],
    output: 'both',
    proofs: { records: [1, 2] },
  },
  RenderJobRequest: renderRequest,
  SubmitJobRequest: renderRequest,
  ImportArtifactRequest: {
    bucket: 'customers',
    key: 'orders/4711/card.sla',
    sha256: artifact.sha256,
  },
};
