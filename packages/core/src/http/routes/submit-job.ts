import { z } from 'zod';
import { isPubpipeError, PubpipeError } from '../../errors/pubpipe-error.ts';
import type { JobView } from '../../job/job.ts';
import { isEnded } from '../../job/job-status.ts';
import { mergeRequestFields } from '../../pipeline/merge/merge-job.ts';
import { renderRequestFields } from '../../pipeline/render-job.ts';
import type { HttpParts } from '../http-parts.ts';
import { type HttpRequest, headerOf } from '../http-request.ts';
import { type HttpResponse, jsonResponse } from '../http-response.ts';
import { jobSchema, jobWriter } from '../jobs/job-json.ts';
import { parseWait, waitForEnd } from '../jobs/wait-for-end.ts';
import { type Call, defineRoute, type Route } from '../route.ts';
import { traceOf } from '../trace-of.ts';

/** What is asked for. Whose it is and which request it came with is said by headers. */
const saidByHeaders = { tenant: true, correlationId: true, idempotencyKey: true, runAt: true } as const;
const runAtField = {
  runAt: z.iso.datetime({ offset: true }).optional().describe('When it may begin at the earliest.'),
};

/** A document that is to be rendered. */
export const submitRenderSchema = renderRequestFields.omit(saidByHeaders).extend(runAtField);

/** A template that is to be filled with records. */
export const submitMergeSchema = mergeRequestFields.omit(saidByHeaders).extend(runAtField);

const submitSchema = z.discriminatedUnion('type', [submitRenderSchema, submitMergeSchema]);

/** Submits a job, and waits for its end where that is preferred. */
export function submitRoute(parts: HttpParts): Route {
  const headers = [
    { name: 'Location', description: 'The job.' },
    { name: 'Preference-Applied', description: '`wait` when the answer was held back for the end of the job.' },
  ];
  return defineRoute(parts, {
    method: 'POST',
    path: '/jobs',
    operationId: 'submitJob',
    summary: 'Have a document rendered, or a template filled with records',
    access: 'tenant',
    headers: [
      { name: 'Idempotency-Key', description: 'The same key with the same request gives the same job.' },
      { name: 'Prefer', description: '`wait=10` waits up to ten seconds for the end of the job.' },
    ],
    json: submitSchema,
    responses: {
      200: { description: 'The job has ended, well or not.', schema: jobSchema, headers },
      202: { description: 'The job is queued or running.', schema: jobSchema, headers },
    },
    errors: ['ARTIFACT_NOT_FOUND', 'ARTIFACT_EXPIRED', 'IDEMPOTENCY_CONFLICT'],
    async respond(call) {
      const { request, tenant, requestId, json } = call;
      const { runAt, ...rest } = json;
      const asked = {
        ...rest,
        runAt: runAt === undefined ? undefined : new Date(runAt),
        tenant,
        correlationId: requestId,
        idempotencyKey: parseIdempotencyKey(request),
      };
      const { job } = await parts.pipeline.submit(asked, { traceContext: traceOf(request) });
      const waitMs = parseWait(headerOf(request, 'prefer'), parts.limits.maxWaitMs);
      const answer = jobResponse(parts, request);
      if (waitMs === undefined) return answer(job);
      const begunAt = performance.now();
      const ended = await waited(parts, call, { job, waitMs });
      const heldBackMs = performance.now() - begunAt;
      return { ...(ended === undefined ? answer(job) : answer(ended, { 'Preference-Applied': 'wait' })), heldBackMs };
    },
  });
}

/** Answers with a job: 200 when it has ended, 202 while it has not. */
function jobResponse(parts: HttpParts, request: HttpRequest) {
  return (job: JobView, headers: HttpResponse['headers'] = {}): HttpResponse => {
    const view = jobWriter(parts, request)(job);
    return jsonResponse(isEnded(job.status) ? 200 : 202, view, { Location: view.links.self, ...headers });
  };
}

async function waited(
  parts: HttpParts,
  { request, tenant }: Pick<Call, 'request' | 'tenant'>,
  { job, waitMs }: { readonly job: JobView; readonly waitMs: number },
): Promise<JobView | undefined> {
  let leave: () => void;
  try {
    leave = parts.streams.enter(tenant);
  } catch (error) {
    // A preference may be passed over, and the job is submitted already.
    if (isPubpipeError(error) && ['TOO_MANY_STREAMS', 'SERVER_BUSY'].includes(error.code)) return undefined;
    throw error;
  }
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(waitMs), request.signal, parts.closing]);
    return await waitForEnd(parts, job, signal);
  } finally {
    leave();
  }
}

/** As the draft of the IETF has it, a text in quotes; without them is what most clients send. */
function parseIdempotencyKey(request: HttpRequest): string | undefined {
  const header = headerOf(request, 'idempotency-key');
  if (header === undefined) return undefined;
  const [, key] = /^"?([\x21\x23-\x7e]{1,200})"?$/.exec(header) ?? [];
  if (key !== undefined) return key;
  throw new PubpipeError('INVALID_INPUT', 'Idempotency-Key must be 1 to 200 printable ASCII characters, none a space.');
}
