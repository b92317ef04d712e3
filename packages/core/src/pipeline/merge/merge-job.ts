import { z } from 'zod';
import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { JobView } from '../../job/job.ts';
import type { JobType } from '../../job/job-type.ts';
import type { NewJob } from '../../ports/job-store.ts';
import { emptyValueModes, lineBreakModes, mergeDataEncodings, mergeDataFormats } from '../../ports/merger.ts';
import { preflightChecks } from '../../ports/preflight.ts';
import type { RenditionRequest } from '../../ports/renditions.ts';
import { checkSchema } from '../check-schema.ts';
import { assetsField, hasOneStart, jobRequestFields, toNewJob, twoStarts } from '../job-request.ts';
import { assetNameSchema, renditionsSchema } from '../rendition-schema.ts';

/** The type of jobs that fill a template with records. */
export const mergeJobType: JobType = 'merge';
const payloadVersion = 1;
const maxRecord = 1_000_000_000;

/**
 * What becomes of a merge in which a record fails. `report`: the others go on, and the job fails in the end, with their
 * files. `skip`: the others go on, and the job completes without it. `stop`: nothing more is begun, and the job fails.
 */
export const recordErrorModes = ['stop', 'skip', 'report'] as const;

/** One of {@link recordErrorModes}. */
export type RecordErrorMode = (typeof recordErrorModes)[number];

/** What a merge makes: a PDF of each document, one of all, or both. */
export const mergeOutputs = ['records', 'merged', 'both'] as const;

/** One of {@link mergeOutputs}. */
export type MergeOutput = (typeof mergeOutputs)[number];

const dataFields = {
  format: z.enum(mergeDataFormats).optional(),
  encoding: z.enum(mergeDataEncodings).optional(),
  delimiter: z
    .string()
    .regex(/^[^"\r\n\0]$/u, 'must be one character, and no quote')
    .optional(),
};

const recordNumber = z.int().min(1).max(maxRecord);

const payloadFields = {
  documentName: assetNameSchema.optional(),
  renditions: renditionsSchema
    .refine(areNamedByRecords, 'at most one PDF, one set of PNG and one of JPEG, without a fileName or prefix')
    .default([{ kind: 'pdf' }]),
  emptyValues: z.enum(emptyValueModes).default('remove'),
  lineBreaks: z.enum(lineBreakModes).default('keep'),
  name: z
    .string()
    .max(1_000)
    .refine((name) => name.trim() !== '', 'must not be empty')
    .optional(),
  from: recordNumber.default(1),
  to: recordNumber.optional(),
  onRecordError: z.enum(recordErrorModes).default('report'),
  failOn: z.array(z.enum(preflightChecks)).readonly().optional(),
  timeoutMs: z.int().min(1).max(86_400_000).optional(),
  output: z.enum(mergeOutputs).default('records'),
  proofs: z
    .strictObject({
      records: z.array(recordNumber).min(1).max(1_000).readonly(),
      dpi: z.int().min(18).max(1_200).default(72),
    })
    .optional(),
  keepDocuments: z.boolean().default(false),
};

const payloadSchema = z.strictObject({
  ...payloadFields,
  data: z.strictObject({ ...dataFields, name: assetNameSchema }),
});

/** The fields of a request, each by itself. */
export const mergeRequestFields = z.strictObject({
  ...payloadFields,
  type: z.literal('merge'),
  template: z.uuid(),
  data: z.strictObject({ ...dataFields, artifact: z.uuid(), name: assetNameSchema.default('records' as never) }),
  assets: assetsField,
  ...jobRequestFields,
});

const requestSchema = mergeRequestFields
  .refine(
    ({ documentName, data, assets }) => hasNoDouble([documentName, data.name, ...assets.map(({ name }) => name)]),
    {
      path: ['assets'],
      message: 'an asset has the name of the template or of the data',
    },
  )
  .refine(({ from, to = from }) => to >= from, { path: ['to'], message: 'must not be less than from' })
  .refine(({ output, renditions }) => output === 'records' || renditions.some(({ kind }) => kind === 'pdf'), {
    path: ['output'],
    message: 'only PDFs can be merged, and no rendition is one',
  })
  .refine(hasOneStart, twoStarts);

/**
 * A request to fill a template with records: `template`, the data's and each asset's `artifact` are ids of uploads, an
 * asset's `name` is its path beside the template.
 */
export type MergeJobRequest = z.input<typeof requestSchema>;

/** What the row of a merge job keeps of the request. */
export type MergePayload = z.output<typeof payloadSchema>;

/**
 * Checks a request and turns it into a job. The data is one of the files beside the template.
 *
 * @throws PubpipeError `INVALID_INPUT`; details `issues` name each field and what is wrong with it.
 */
export function parseMergeJob(request: unknown): NewJob {
  const parsed = checkSchema(requestSchema, request, 'The merge request is not valid');
  const { type, template, data, assets, documentName, renditions, name, from, to, ...others } = parsed;
  const { emptyValues, lineBreaks, onRecordError, failOn, timeoutMs, output, proofs, keepDocuments, ...common } =
    others;
  const { artifact, ...written } = data;
  const own = { documentName, data: written, emptyValues, lineBreaks, renditions, name, from, to };
  const payload = { ...own, onRecordError, failOn, timeoutMs, output, proofs, keepDocuments };
  const files = [...assets, { name: data.name, artifact }];
  return toNewJob({ type, payload, payloadVersion, document: template, assets: files }, common);
}

/**
 * Reads what a merge job's row keeps of its request.
 *
 * @throws PubpipeError `INVALID_INPUT` when the job is of a version that this one does not know.
 */
export function parseMergePayload(job: JobView): MergePayload {
  if (!isMergeJob(job) || job.payloadVersion !== payloadVersion) {
    throw new PubpipeError(
      'INVALID_INPUT',
      `This worker can't do "${job.type}" jobs of version ${job.payloadVersion}.`,
    );
  }
  return checkSchema(payloadSchema, job.payload, "The job's payload is not valid");
}

/** Whether a job is a merge. */
export const isMergeJob = ({ type }: { readonly type: string }): boolean => type === mergeJobType;

/** What the files of a record are called comes from its name alone, so that no two records have one of the same name. */
function areNamedByRecords(renditions: readonly RenditionRequest[]): boolean {
  const kinds = new Set(renditions.map(({ kind }) => kind));
  return kinds.size === renditions.length && renditions.every((each) => !('fileName' in each || 'prefix' in each));
}

function hasNoDouble(names: readonly (string | undefined)[]): boolean {
  const given = names.filter((name) => name !== undefined);
  return new Set(given).size === given.length;
}
