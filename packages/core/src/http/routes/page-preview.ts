import { z } from 'zod';
import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { ReadyArtifact } from '../../job/artifact.ts';
import type { JobView } from '../../job/job.ts';
import { isEnded, jobStatuses } from '../../job/job-status.ts';
import { isMergeJob } from '../../pipeline/merge/merge-job.ts';
import { parseRenderPayload } from '../../pipeline/render-job.ts';
import { contentErrors, contentResponse, contentResponses } from '../content/content-response.ts';
import type { HttpParts } from '../http-parts.ts';
import { jsonResponse } from '../http-response.ts';
import { parseId } from '../parse-id.ts';
import { defineRoute, type Route } from '../route.ts';

const retryAfterSeconds = 1;

/** A page that is not ready yet. */
const waitingSchema = z.object({ status: z.enum(jobStatuses).describe('Of the job.') });

/** The image of a page, as soon as it is there. */
export function pagePreviewRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/jobs/{id}/pages/{page}',
    operationId: 'getPage',
    summary: 'The image of a page, as soon as that page is ready',
    access: 'tenant',
    responses: {
      ...contentResponses,
      202: {
        description: 'It may still come.',
        schema: waitingSchema,
        headers: [{ name: 'Retry-After', description: 'When to ask again, in seconds.' }],
      },
    },
    errors: [...contentErrors, 'JOB_NOT_FOUND', 'PAGE_NOT_FOUND'],
    async respond({ request, tenant, params }) {
      const page = Number(/^[1-9]\d{0,5}$/.exec(params['page'] ?? '')?.[0]);
      const job = await parts.pipeline.get({ id: parseId(params['id'], 'JOB_NOT_FOUND'), tenant });
      const image = imageOf(job, page);
      if (image !== undefined) return await contentResponse(parts, request, { artifact: image, disposition: 'inline' });
      if (!mayCome(job, page)) {
        throw new PubpipeError('PAGE_NOT_FOUND', 'There is no image of this page, and none will come.');
      }
      return jsonResponse(202, { status: job.status }, { 'Retry-After': String(retryAfterSeconds) });
    },
  });
}

/** The first of several, where a page was asked for in several sizes. */
function imageOf({ outputs, previews }: JobView, page: number): ReadyArtifact | undefined {
  const link = [...outputs, ...previews].find((each) => each.page === page && each.artifact.state === 'ready');
  return link?.artifact as ReadyArtifact | undefined;
}

function mayCome(job: JobView, page: number): boolean {
  // The pages of a merge are those of its records.
  if (isMergeJob(job) || isEnded(job.status) || page > (job.progress?.pageCount ?? Number.POSITIVE_INFINITY))
    return false;
  return parseRenderPayload(job).renditions.some(
    ({ kind, pages }) => kind !== 'pdf' && page >= 1 && (pages?.includes(page) ?? true),
  );
}
