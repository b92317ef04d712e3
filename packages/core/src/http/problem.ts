import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { type ErrorCode, errorTraits } from '../errors/error-traits.ts';
import { type PubpipeError, toPubpipeError } from '../errors/pubpipe-error.ts';
import { type HttpResponse, jsonResponse } from './http-response.ts';

/** A failure as clients see it: RFC 9457 with our own members. */
export const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string().describe('The name of the status.'),
  status: z.int(),
  code: z.string().describe('The stable name of the failure: what programs look at.'),
  detail: z.string().describe('One sentence that says what happened and, where it can, what to do.'),
  instance: z.string().describe('The path that was asked for.'),
  requestId: z.string().describe('Finds the failure in the log.'),
  errors: z
    .array(
      z.object({
        pointer: z.string().describe('Where in the body or query, as a JSON Pointer in a fragment (RFC 6901).'),
        detail: z.string(),
      }),
    )
    .optional()
    .describe('What is wrong with each field, at most 50 of them.'),
  details: z.record(z.string(), z.unknown()).optional().describe('Facts about the failure.'),
});

/** A failure as clients see it (RFC 9457). */
export type ProblemJson = z.output<typeof problemSchema>;

/** Says where a failure happened. */
export interface ProblemPlace {
  /** Finds the failure in the log; see `requestIdOf`. */
  readonly requestId: string;
  /** The path that was asked for. */
  readonly instance: string;
}

// The messages of these may name what clients must not know: hosts, buckets, folders, tables.
const outward: Partial<Readonly<Record<ErrorCode, string>>> = {
  INTERNAL: 'The server failed for an unexpected reason.',
  STORE_UNAVAILABLE: "The artifact store can't be reached at the moment.",
  STORE_NOT_OWNED: 'The artifact store belongs to another database.',
  STORE_FULL: 'The artifact store has no room.',
  JOB_STORE_UNAVAILABLE: "The database can't be reached at the moment.",
  QUEUE_UNAVAILABLE: "The queue can't be reached at the moment.",
  SCHEMA_OUTDATED: 'The database has to be migrated.',
  RENDERER_UNAVAILABLE: "The renderer can't be reached at the moment.",
  OUTPUT_UNWRITABLE: 'The server has no room for the output.',
  CLOSED: 'The server is shutting down.',
};

const maxFieldErrors = 50;
const maxDetailLength = 500;
const retryAfterSeconds = 2;

/**
 * Turns a failure into an answer in `application/problem+json` (RFC 9457). What is no `PubpipeError` becomes `INTERNAL`.
 * Neither stack nor cause is in it, nor a message that may name hosts, folders or tables.
 */
export function problemResponse(
  failure: unknown,
  place: ProblemPlace,
  headers: HttpResponse['headers'] = {},
): HttpResponse {
  const error = toPubpipeError(failure, 'INTERNAL', 'The request failed for an unexpected reason.');
  const status = errorTraits[error.code].httpStatus;
  const problem: ProblemJson = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Client Closed Request',
    status,
    code: error.code,
    detail: (outward[error.code] ?? error.message).slice(0, maxDetailLength),
    ...place,
    ...factsOf(error),
  };
  return jsonResponse(status, problem, { ...headersOf(error), ...headers }, 'application/problem+json');
}

function factsOf(error: PubpipeError): Partial<ProblemJson> {
  if (outward[error.code] !== undefined) return {};
  const { issues, ...details } = error.details;
  return {
    ...(Array.isArray(issues) ? { errors: issues.slice(0, maxFieldErrors).map(toFieldError) } : {}),
    ...(Object.keys(details).length > 0 ? { details } : {}),
  };
}

/** From what `checkSchema` says of a field. */
function toFieldError({ path, message }: { readonly path: string; readonly message: string }) {
  const pointer = path === '' ? '#' : `#/${path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('.', '/')}`;
  return { pointer: pointer.slice(0, maxDetailLength), detail: message.slice(0, maxDetailLength) };
}

function headersOf({ code, details }: PubpipeError): HttpResponse['headers'] {
  if (code === 'UNAUTHENTICATED') return { 'WWW-Authenticate': 'Bearer' };
  if (code === 'METHOD_NOT_ALLOWED') return { Allow: String(details['allowed']) };
  // The rest of the body is on its way: the connection can't be used for another request.
  if (code === 'CONTENT_TOO_LARGE' || code === 'REQUEST_TIMEOUT') return { Connection: 'close' };
  if (code === 'RANGE_NOT_SATISFIABLE') return { 'Content-Range': `bytes */${String(details['byteSize'])}` };
  return isBusy(errorTraits[code].httpStatus) ? { 'Retry-After': String(retryAfterSeconds) } : {};
}

/** Whether a status means that the same request may succeed a little later. */
export const isBusy = (status: number): boolean => status === 429 || status === 503;
