import { z } from 'zod';
import { jobStatuses } from '../../job/job-status.ts';
import { type HttpParts, hrefOf } from '../http-parts.ts';
import { jsonResponse } from '../http-response.ts';
import { jobSchema, jobWriter } from '../jobs/job-json.ts';
import { parseId } from '../parse-id.ts';
import { defineRoute, type Route } from '../route.ts';

const listQuerySchema = z.strictObject({
  status: z.enum(jobStatuses).optional(),
  type: z.string().min(1).max(100).optional(),
  reference: z.string().min(1).max(200).optional(),
  limit: z.int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional().describe('`nextCursor` of the page before.'),
});

/** A page of jobs. */
const jobListSchema = z.object({
  jobs: z.array(jobSchema),
  nextCursor: z.string().optional().describe('Given when there is a further page.'),
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
        headers: [{ name: 'Link', description: 'The next page, as `rel="next"` (RFC 8288).' }],
      },
    },
    async respond({ request, tenant, query }) {
      const { jobs, nextCursor } = await parts.pipeline.list({ ...query, tenant });
      const page = { jobs: jobs.map(jobWriter(parts, request)), nextCursor };
      if (nextCursor === undefined) return jsonResponse(200, page);
      const next = new URLSearchParams(request.query);
      next.set('cursor', nextCursor);
      return jsonResponse(200, page, { Link: `<${hrefOf(parts, request)(`/jobs?${next.toString()}`)}>; rel="next"` });
    },
  });
}

/** A job with its document, assets and outputs. */
export function jobRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/jobs/{id}',
    operationId: 'getJob',
    summary: 'A job with its document, assets and outputs',
    access: 'tenant',
    responses: { 200: { description: 'The job.', schema: jobSchema } },
    async respond({ request, tenant, params }) {
      const job = await parts.pipeline.get({ id: parseId(params['id'], 'JOB_NOT_FOUND'), tenant });
      return jsonResponse(200, jobWriter(parts, request)(job));
    },
  });
}

/** Cancels a job. */
export function cancelRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'POST',
    path: '/jobs/{id}/cancel',
    operationId: 'cancelJob',
    summary: 'Cancel a queued or running job; its render is killed',
    access: 'tenant',
    responses: { 200: { description: 'It is cancelled.', schema: jobSchema } },
    async respond({ request, tenant, params }) {
      const job = await parts.pipeline.cancel({ id: parseId(params['id'], 'JOB_NOT_FOUND'), tenant });
      return jsonResponse(200, jobWriter(parts, request)(job));
    },
  });
}

/** Queues a job again. */
export function retryRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'POST',
    path: '/jobs/{id}/retry',
    operationId: 'retryJob',
    summary: 'Queue a failed or cancelled job again',
    access: 'tenant',
    responses: { 202: { description: 'It is queued.', schema: jobSchema } },
    async respond({ request, tenant, params }) {
      const job = await parts.pipeline.retry({ id: parseId(params['id'], 'JOB_NOT_FOUND'), tenant });
      return jsonResponse(202, jobWriter(parts, request)(job));
    },
  });
}
