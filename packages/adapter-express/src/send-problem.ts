import type { ServerResponse } from 'node:http';
import { problemResponse, requestIdOf } from '@pubpipe/core/http';
import type { ExpressRequest } from './pubpipe-router.ts';

/**
 * Answers with a failure as the routes do, for the application's own middleware, such as a rate limit: clients then have
 * one form of error to read. Headers that are set already go out with it. What is no `PubpipeError` becomes `INTERNAL`, and
 * what it says stays inside; logging it is the caller's.
 *
 * @example
 * ```ts
 * import { PubpipeError } from '@pubpipe/core';
 *
 * const tooMany = new PubpipeError('TOO_MANY_REQUESTS', 'Try again in a minute.');
 * app.use((request, response) => sendProblem(request, response, tooMany));
 * ```
 */
export function sendProblem(request: ExpressRequest, response: ServerResponse, failure: unknown): void {
  const requestId = requestIdOf(request);
  const [instance = '/'] = (request.originalUrl ?? request.url ?? '/').split('?', 1);
  const { status, headers, body } = problemResponse(failure, { requestId, instance });
  response.writeHead(status, { ...headers, 'X-Request-Id': requestId });
  response.end(request.method === 'HEAD' ? undefined : body);
}
