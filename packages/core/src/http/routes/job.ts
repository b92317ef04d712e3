import { z } from 'zod';
import type { JobView } from '../../job/job.ts';
import { jobStatuses } from '../../job/job-status.ts';
import { batchNameSchema } from '../../pipeline/batch-name.ts';
import type { RowId } from '../../ports/artifact-rows.ts';
import type { HttpParts } from '../http-parts.ts';
import { jsonResponse } from '../http-response.ts';
import { jobSchema, jobWriter } from '../jobs/job-json.ts';
import { nextCursorSchema, nextLink, nextLinkHeader, pageQuery } from '../list-page.ts';
import { parseId } from '../parse-id.ts';
import { defineRoute, type Route, type RouteDescription } from '../route.ts';

const listQuerySchema = z.strictObject({
  status: z.enum(jobStatuses).optional(),
  type: z.string().min(1).max(100).optional(),
  batch: batchNameSchema.optional(),
  reference: z.string().min(1).max(200).optional(),
  ...pageQuery,
});

/** A page of jobs. */
const jobListSchema = z.object({
  jobs: z.array(jobSchema),
  nextCursor: nextCursorSchema,
});

/** A page of jobs, newest first, as clients see it. */
export type JobListJson = z.output<typeof jobListSchema>;

/** Jobs, newest first, each with its document, assets and outputs. */
export function listRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/jobs',
    operationId: 'listJobs',
    summary: 'A page of jobs, newest first',
    access: 'tenant',
    query: listQuerySchema,
    responses: {
      200: {
        description: 'The page.',
        schema: jobListSchema,
        headers: [nextLinkHeader],
      },
    },
    async respond({ request, tenant, query }) {
      const { jobs, nextCursor } = await parts.pipeline.list({ ...query, tenant });
      const page = { jobs: jobs.map(jobWriter(parts, request)), nextCursor };
      return jsonResponse(200, page, nextLink(parts, request, { path: '/jobs', nextCursor }));
    },
  });
}

/** A job with its document, assets and outputs. */
export function jobRoute(parts: HttpParts): Route {
  return oneJobRoute(parts, {
    method: 'GET',
    path: '/jobs/{id}',
    operationId: 'getJob',
    summary: 'A job with its document, assets and outputs',
    responses: { 200: { description: 'The job.', schema: jobSchema } },
    act: (job) => parts.pipeline.get(job),
  });
}

/** Cancels a job. */
export function cancelRoute(parts: HttpParts): Route {
  return oneJobRoute(parts, {
    method: 'POST',
    path: '/jobs/{id}/cancel',
    operationId: 'cancelJob',
    summary: 'Cancel a queued or running job; its render is killed',
    responses: { 200: { description: 'It is cancelled.', schema: jobSchema } },
    errors: ['ILLEGAL_TRANSITION'],
    act: (job) => parts.pipeline.cancel(job),
  });
}

/** Queues a job again. */
export function retryRoute(parts: HttpParts): Route {
  return oneJobRoute(parts, {
    method: 'POST',
    path: '/jobs/{id}/retry',
    operationId: 'retryJob',
    summary: 'Queue a failed or cancelled job again',
    responses: { 202: { description: 'It is queued.', schema: jobSchema } },
    errors: ['ILLEGAL_TRANSITION', 'ARTIFACT_EXPIRED'],
    act: (job) => parts.pipeline.retry(job),
  });
}

interface OneJobRoute extends Omit<RouteDescription, 'access' | 'query' | 'headers' | 'json' | 'upload'> {
  /** What the route does with the job that the path names, before it answers with it. */
  readonly act: (job: RowId) => Promise<JobView>;
}

function oneJobRoute(parts: HttpParts, { act, errors = [], ...description }: OneJobRoute): Route {
  const [status = 200] = Object.keys(description.responses).map(Number);
  return defineRoute(parts, {
    ...description,
    access: 'tenant',
    errors: ['JOB_NOT_FOUND', ...errors],
    async respond({ request, tenant, params }) {
      const job = await act({ id: parseId(params['id'], 'JOB_NOT_FOUND'), tenant });
      return jsonResponse(status, jobWriter(parts, request)(job));
    },
  });
}
