import { z } from 'zod';
import type { Batch } from '../../job/batch.ts';
import { jobStatuses } from '../../job/job-status.ts';
import { toTime } from '../artifacts/artifact-json.ts';
import { contentLinks } from '../content/content-links.ts';
import { type HttpParts, hrefOf } from '../http-parts.ts';
import type { HttpRequest } from '../http-request.ts';

/** A batch as clients see it. */
export const batchSchema = z.object({
  id: z.string().describe("The client's own name for it."),
  total: z.int().describe('How many jobs it has.'),
  counts: z.object(Object.fromEntries(jobStatuses.map((status) => [status, z.int()])) as CountSchemas),
  errors: z.record(z.string(), z.int()).describe('How many have failed, by the code of their error.'),
  createdAt: z.iso.datetime().describe('When its first job was submitted.'),
  finishedAt: z.iso.datetime().optional().describe('When the last job ended, unless one has not.'),
  links: z.object({
    self: z.string(),
    jobs: z.string().describe('Its jobs.'),
    content: z.string().describe('All that they have made, as a zip.'),
    pdf: z.string().optional().describe('Their PDFs as one, if the server joins PDFs.'),
    signed: z
      .string()
      .optional()
      .describe('The zip, or with `as=pdf` the PDF, for whoever has this link, until it expires.'),
    cancel: z.string().optional().describe('While a job has not ended.'),
  }),
});

type CountSchemas = Readonly<Record<(typeof jobStatuses)[number], z.ZodInt>>;

/** A batch as clients see it. */
export type BatchJson = z.output<typeof batchSchema>;

/** Writes a batch with links as they are right in the answer to a request. */
export function writeBatch(parts: HttpParts, request: Pick<HttpRequest, 'mountPath'>, batch: Batch): BatchJson {
  const { id, tenant, total, counts, errors, createdAt, finishedAt } = batch;
  const href = hrefOf(parts, request);
  const name = encodeURIComponent(id);
  return {
    id,
    total,
    counts: { ...counts },
    errors: { ...errors },
    createdAt: toTime(createdAt),
    finishedAt: finishedAt === undefined ? undefined : toTime(finishedAt),
    links: {
      self: href(`/batches/${name}`),
      jobs: href(`/jobs?batch=${name}`),
      content: href(`/batches/${name}/content`),
      pdf: parts.pipeline.parts.joining && href(`/batches/${name}/content?as=pdf`),
      signed: contentLinks(parts, request)({ kind: 'batch', id }, tenant),
      cancel: finishedAt === undefined ? href(`/batches/${name}/cancel`) : undefined,
    },
  };
}
