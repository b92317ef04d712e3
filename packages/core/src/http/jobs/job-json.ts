import { z } from 'zod';
import type { JobArtifact } from '../../job/artifact.ts';
import type { JobView } from '../../job/job.ts';
import { isEnded, jobStatuses } from '../../job/job-status.ts';
import { lanes } from '../../job/lane.ts';
import { isMergeJob } from '../../pipeline/merge/merge-job.ts';
import { type ArtifactWriter, artifactSchema, artifactWriter, toTime } from '../artifacts/artifact-json.ts';
import { contentLinks } from '../content/content-links.ts';
import { type HttpParts, hrefOf } from '../http-parts.ts';
import type { HttpRequest } from '../http-request.ts';

/** An artifact as a job has it. */
export const jobArtifactSchema = z.object({
  name: z.string().describe('Its path beside the document, or the name of the output.'),
  page: z.int().optional().describe('Of a page image, from 1.'),
  artifact: artifactSchema,
});

/** A job as clients see it. */
export const jobSchema = z.object({
  id: z.uuid(),
  type: z.string(),
  status: z.enum(jobStatuses),
  lane: z.enum(lanes),
  priority: z.int(),
  batch: z.string().optional().describe("The client's own name for the group that it belongs to."),
  reference: z.string().optional().describe("The client's own name for what it is about."),
  labels: z.record(z.string(), z.string()),
  correlationId: z.string().optional().describe('The id of the request that submitted it.'),
  attempt: z.int().describe('Claims so far.'),
  failures: z.int().describe('Errors so far.'),
  maxAttempts: z.int().describe('What limits failures.'),
  progress: z
    .object({
      stage: z.string(),
      pageCount: z.int().optional(),
      pagesDone: z.int().optional(),
      recordsDone: z.int().optional().describe('Of a merge: records whose files are there.'),
      recordsFailed: z.int().optional().describe('Of a merge: records that failed.'),
      recordsTotal: z.int().optional().describe('Of a merge: records that are wanted.'),
    })
    .optional()
    .describe('How far the running attempt is.'),
  error: z
    .object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) })
    .optional()
    .describe('Why it failed, or why its last attempt did.'),
  runAt: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
  updatedAt: z.iso.datetime(),
  document: artifactSchema,
  assets: z.array(jobArtifactSchema),
  previews: z.array(jobArtifactSchema).describe('Page images of the running attempt.'),
  outputs: z.array(jobArtifactSchema).describe('What it made: empty unless it completed.'),
  reports: z.array(jobArtifactSchema),
  links: z.object({
    self: z.string(),
    events: z.string().describe('Its history; live as `text/event-stream`.'),
    pages: z.string().describe('Images of its pages: `{page}` stands for the number.'),
    content: z.string().describe('All that it has made, as a zip.'),
    pdf: z.string().optional().describe('Its PDFs as one, if the server joins PDFs.'),
    signed: z
      .string()
      .optional()
      .describe('The zip, or with `as=pdf` the PDF, for whoever has this link, until it expires.'),
    batch: z.string().optional().describe('The batch that it belongs to.'),
    records: z.string().optional().describe("What became of a merge's records, with their files."),
    cancel: z.string().optional().describe('While it has not ended.'),
    retry: z.string().optional().describe('When it failed or was cancelled.'),
    preflight: z.string().optional().describe('The report of the document check.'),
    provenance: z.string().optional().describe('What the outputs were made of.'),
    merge: z.string().optional().describe('The report of a merge.'),
  }),
});

/** An artifact as a job has it, as clients see it. */
export type JobArtifactJson = z.output<typeof jobArtifactSchema>;

/** A job as clients see it. */
export type JobJson = z.output<typeof jobSchema>;

/** Turns jobs into what clients see. */
export type JobWriter = (job: JobView) => JobJson;

/** Writes jobs with links as they are right in the answer to a request. */
export function jobWriter(parts: HttpParts, request: Pick<HttpRequest, 'mountPath'>): JobWriter {
  const href = hrefOf(parts, request);
  const write = artifactWriter(parts, request);
  const sign = contentLinks(parts, request);
  return (job) => {
    const { id, type, status, lane, priority, batch, reference, labels, correlationId, attempt } = job;
    const { failures, maxAttempts, progress, error, startedAt, finishedAt } = job;
    return {
      id,
      type,
      status,
      lane,
      priority,
      batch,
      reference,
      labels,
      correlationId,
      attempt,
      failures,
      maxAttempts,
      progress,
      error: error && { ...error, details: { ...error.details } },
      runAt: toTime(job.runAt),
      createdAt: toTime(job.createdAt),
      startedAt: startedAt === undefined ? undefined : toTime(startedAt),
      finishedAt: finishedAt === undefined ? undefined : toTime(finishedAt),
      updatedAt: toTime(job.updatedAt),
      document: write(job.input),
      assets: job.assets.map(toJobArtifact(write)),
      previews: job.previews.map(toJobArtifact(write)),
      outputs: job.outputs.map(toJobArtifact(write)),
      reports: job.reports.map(toJobArtifact(write)),
      links: {
        ...linksOf(job, href),
        pdf: parts.pipeline.parts.joining && href(`/jobs/${id}/content?as=pdf`),
        signed: sign({ kind: 'job', id }, job.tenant),
        ...reportLinks(job, write),
      },
    };
  };
}

/** Writes what a job has of an artifact. */
export const toJobArtifact =
  (write: ArtifactWriter) =>
  ({ name, page, artifact }: JobArtifact) => ({ name, page, artifact: write(artifact) });

function linksOf({ id, status, type, batch }: JobView, href: (path: string) => string) {
  return {
    self: href(`/jobs/${id}`),
    events: href(`/jobs/${id}/events`),
    pages: href(`/jobs/${id}/pages/{page}`),
    content: href(`/jobs/${id}/content`),
    batch: batch === undefined ? undefined : href(`/batches/${encodeURIComponent(batch)}`),
    records: isMergeJob({ type }) ? href(`/jobs/${id}/records`) : undefined,
    cancel: isEnded(status) ? undefined : href(`/jobs/${id}/cancel`),
    retry: status === 'failed' || status === 'cancelled' ? href(`/jobs/${id}/retry`) : undefined,
  };
}

function reportLinks({ reports }: JobView, write: ArtifactWriter) {
  const contentOf = (wanted: string): string | undefined => {
    const report = reports.find(({ name }) => name === wanted);
    return report && write(report.artifact).links.content;
  };
  return {
    preflight: contentOf('preflight.json'),
    provenance: contentOf('provenance.json'),
    merge: contentOf('merge.json'),
  };
}
