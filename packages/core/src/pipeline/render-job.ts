import { z } from 'zod';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { JobView } from '../job/job.ts';
import type { JobType } from '../job/job-type.ts';
import type { NewJob } from '../ports/job-store.ts';
import { preflightChecks } from '../ports/preflight.ts';
import { checkSchema } from './check-schema.ts';
import { assetsField, hasOneStart, jobRequestFields, toNewJob, twoStarts } from './job-request.ts';
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
  type: z.literal('render').optional(),
  document: z.uuid(),
  assets: assetsField,
  ...jobRequestFields,
});

const requestSchema = renderRequestFields
  .refine(({ documentName, assets }) => assets.every(({ name }) => name !== documentName), {
    path: ['assets'],
    message: 'an asset has the name of the document',
  })
  .refine(hasOneStart, twoStarts);

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
  const {
    document,
    assets,
    type: _,
    ...parsed
  } = checkSchema(requestSchema, request, 'The render request is not valid');
  const { documentName, renditions, failOn, timeoutMs, ...common } = parsed;
  const payload = { documentName, renditions, failOn, timeoutMs };
  return toNewJob({ type: renderJobType, payload, payloadVersion, document, assets }, common);
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
