import { createHash } from 'node:crypto';
import { z } from 'zod';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { JobView } from '../job/job.ts';
import type { JobType } from '../job/job-type.ts';
import { lanes } from '../job/lane.ts';
import type { NewJob } from '../ports/job-store.ts';
import { preflightChecks } from '../ports/preflight.ts';
import { batchNameSchema } from './batch-name.ts';
import { checkSchema } from './check-schema.ts';
import { assetNameSchema, renditionsSchema } from './rendition-schema.ts';

/** The type of jobs that render one document. */
const renderJobType: JobType = 'render';
const payloadVersion = 1;

const payloadSchema = z.strictObject({
  documentName: assetNameSchema.optional(),
  renditions: renditionsSchema,
  failOn: z.array(z.enum(preflightChecks)).readonly().optional(),
  timeoutMs: z.int().min(1).max(86_400_000).optional(),
});

/** The fields of a request, each by itself. */
export const renderRequestFields = payloadSchema.extend({
  tenant: z.string().min(1).max(200).default('default'),
  document: z.uuid(),
  assets: z
    .array(z.strictObject({ name: assetNameSchema, artifact: z.uuid() }))
    .max(10_000)
    .refine((assets) => new Set(assets.map(({ name }) => name)).size === assets.length, 'two assets have the same name')
    .readonly()
    .default([]),
  priority: z.int().min(-1_000).max(1_000).default(0),
  delayMs: z.int().min(0).default(0),
  // A Date or milliseconds since 1970; the same moment is the same request.
  runAt: z
    .union([z.date(), z.int().min(0).max(8.64e15)])
    .transform(Number)
    .optional(),
  lane: z.enum(lanes).optional(),
  maxAttempts: z.int().min(1).max(100).default(3),
  batch: batchNameSchema.optional(),
  reference: z.string().min(1).max(200).optional(),
  labels: z.record(z.string().max(100), z.string().max(1_000)).default({}),
  correlationId: z.string().min(1).max(200).optional(),
  idempotencyKey: z.string().min(1).max(200).optional(),
});

const requestSchema = renderRequestFields
  .refine(({ documentName, assets }) => assets.every(({ name }) => name !== documentName), {
    path: ['assets'],
    message: 'an asset has the name of the document',
  })
  .refine(({ delayMs, runAt }) => delayMs === 0 || runAt === undefined, {
    path: ['runAt'],
    message: 'either delayMs or runAt',
  });

/**
 * A request to render one document: `document` and each asset's `artifact` are ids of uploads,
 * an asset's `name` is its path beside the document. Names are paths as `parseAssetName` takes them.
 */
export type RenderJobRequest = z.input<typeof requestSchema>;

/** What the row of a render job keeps of the request. */
export type RenderPayload = z.output<typeof payloadSchema>;

/**
 * Checks a request and turns it into a job.
 *
 * @throws PubpipeError `INVALID_INPUT`; details `issues` name each field and what is wrong with it.
 */
export function parseRenderJob(request: unknown): NewJob {
  const { document, assets, ...parsed } = checkSchema(requestSchema, request, 'The render request is not valid');
  const { documentName, renditions, failOn, timeoutMs, idempotencyKey, correlationId, ...rest } = parsed;
  const payload = { documentName, renditions, failOn, timeoutMs };
  return {
    ...rest,
    type: renderJobType,
    payload,
    payloadVersion,
    inputArtifactId: document,
    assets: assets.map(({ name, artifact }) => ({ name, artifactId: artifact })),
    idempotencyKey,
    correlationId,
    requestHash: hashOf({ document, assets, payload, ...rest, labels: sorted(rest.labels) }),
  };
}

/**
 * Reads what a render job's row keeps of its request.
 *
 * @throws PubpipeError `INVALID_INPUT` when the job is of a kind that this version does not know.
 */
export function parseRenderPayload(job: JobView): RenderPayload {
  if (job.type !== renderJobType || job.payloadVersion !== payloadVersion) {
    throw new PubpipeError(
      'INVALID_INPUT',
      `This worker can't do "${job.type}" jobs of version ${job.payloadVersion}.`,
    );
  }
  return checkSchema(payloadSchema, job.payload, "The job's payload is not valid");
}

// The schema fixes the order of the fields, and this the order of labels: equal requests give equal JSON.
const sorted = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
