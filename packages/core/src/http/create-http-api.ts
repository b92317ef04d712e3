import { errorTraits } from '../errors/error-traits.ts';
import { PubpipeError, toPubpipeError } from '../errors/pubpipe-error.ts';
import type { Pipeline } from '../pipeline/create-pipeline.ts';
import { type HttpApiOptions, resolveHttpOptions } from './http-options.ts';
import { type HttpParts, hrefOf } from './http-parts.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import { identify } from './identify.ts';
import { createRouteTable } from './match-route.ts';
import { problemResponse } from './problem.ts';
import { requestIdOf } from './request-id.ts';
import type { Route, RouteDescription, RouteResponse } from './route.ts';
import { createRoutes } from './routes/all-routes.ts';
import { Streams } from './streams.ts';

/** The routes of a pipeline, for any server. */
export interface HttpApi {
  /** What there is, for servers that want to know. */
  readonly routes: readonly RouteDescription[];
  /** Whether there is anything under a path. */
  has(path: string): boolean;
  /** Answers a request. It never rejects: a failure is an answer too. */
  handle(request: HttpRequest): Promise<HttpResponse>;
  /** Ends event streams, so that a server can close. Idempotent. */
  close(): void;
}

/**
 * Makes the routes of a pipeline. What they mean is in the document that they answer under `/openapi.json`.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range, or neither `authenticate` nor
 * `allowAnonymous: true` is given.
 */
export function createHttpApi<Transaction>(pipeline: Pipeline<Transaction>, options: HttpApiOptions): HttpApi {
  const closing = new AbortController();
  const resolved = resolveHttpOptions(options);
  const parts: HttpParts = Object.freeze({
    ...resolved,
    streams: new Streams(resolved.limits),
    pipeline,
    closing: closing.signal,
  });
  const routes = createRoutes(parts);
  const table = createRouteTable(routes);
  return Object.freeze({
    routes,
    has: table.has,
    handle: (request: HttpRequest) => handle(parts, table, request),
    close: () => closing.abort(new PubpipeError('CLOSED', 'The routes have been closed.')),
  });
}

async function handle(
  parts: HttpParts,
  table: ReturnType<typeof createRouteTable>,
  request: HttpRequest,
): Promise<HttpResponse> {
  const begunAt = performance.now();
  const requestId = requestIdOf(request);
  let route: Route | undefined;
  let answer: RouteResponse;
  try {
    const match = table.find(request);
    route = match.route;
    const tenant = await identify(parts, request, match);
    answer = await route.respond({ request, requestId, tenant, params: match.params });
  } catch (error) {
    logFailure(parts, { error, requestId, method: request.method, route: route?.path });
    answer = problemResponse(error, { requestId, instance: hrefOf(parts, request)(request.path) });
  }
  const { heldBackMs = 0, ...response } = answer;
  const durationMs = performance.now() - begunAt - heldBackMs;
  measure(parts, request, { route, status: response.status, durationMs });
  const headers = { ...response.headers, 'X-Request-Id': requestId };
  return request.method === 'HEAD' ? { status: response.status, headers } : { ...response, headers };
}

interface Answered {
  readonly route: Route | undefined;
  readonly status: number;
  readonly durationMs: number;
}

/** A client that went before its answer has not got what we would say: unless we failed, it is counted as gone. */
function measure(
  { metrics }: HttpParts,
  { method, signal }: HttpRequest,
  { route, status, durationMs }: Answered,
): void {
  const statusCode = signal.aborted && status < 500 ? errorTraits.CANCELLED.httpStatus : status;
  metrics.requestAnswered({ method, route: route?.path, statusCode, durationMs });
}

interface Failure {
  readonly error: unknown;
  readonly requestId: string;
  readonly method: string;
  readonly route: string | undefined;
}

/** A line says `correlationId`, as those about the request's jobs do. */
function logFailure({ pipeline }: HttpParts, { error, requestId: correlationId, ...rest }: Failure): void {
  const { logger } = pipeline.parts;
  const { code } = toPubpipeError(error, 'INTERNAL', '');
  const facts = { ...rest, correlationId, code };
  if (errorTraits[code].httpStatus >= 500) logger.error({ ...facts, err: error }, 'a request failed');
  else logger.debug(facts, 'a request was refused');
}
