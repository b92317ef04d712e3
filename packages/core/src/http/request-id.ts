import { randomId } from '../job/random-id.ts';
import { type HttpRequest, headerOf } from './http-request.ts';
import { traceOf } from './trace-of.ts';

// Whatever stands here goes into logs, headers and the database.
const idForm = /^[\w.~+/=:@-]{1,128}$/;

/**
 * What joins a request to its log lines and its jobs: the client's `X-Request-Id` if it is a harmless one, else
 * the trace id of its `traceparent` (W3C Trace Context), else a new id.
 */
export function requestIdOf(request: Pick<HttpRequest, 'headers'>): string {
  const given = headerOf(request, 'x-request-id');
  if (given !== undefined && idForm.test(given)) return given;
  return traceOf(request)?.traceparent.split('-')[1] ?? randomId();
}
