import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkTimes, type Pipeline, PubpipeError } from '@pubpipe/core';
import {
  createHttpApi,
  type HttpApiOptions,
  type HttpRequest,
  type HttpRequestBody,
  type Identity,
  type MetricsRouteOptions,
} from '@pubpipe/core/http';
import { sendResponse } from './send-response.ts';

/** What the router reads of a request: those of Express 5 and 4 fit. */
export type ExpressRequest = IncomingMessage & {
  readonly baseUrl?: string;
  readonly originalUrl?: string;
  readonly body?: unknown;
};

/** Options of the route `GET /metrics`, whose `allow` gets Express' own request. */
export interface ExpressMetricsRouteOptions<Request extends ExpressRequest = ExpressRequest>
  extends Omit<MetricsRouteOptions, 'allow'> {
  /** Whether a request may see the metrics, which are those of all tenants; else it gets 401. */
  readonly allow: (request: Request) => boolean | Promise<boolean>;
}

/** Options of {@link pubpipeRouter}. */
export interface PubpipeRouterOptions<Request extends ExpressRequest = ExpressRequest>
  extends Omit<HttpApiOptions, 'authenticate' | 'metricsRoute'> {
  /** Says who asks, from Express' own request; undefined is answered with 401. */
  readonly authenticate?: ((request: Request) => Identity | undefined | Promise<Identity | undefined>) | undefined;
  /** Serves metrics under `/metrics`, to whom `allow` lets in. @defaultValue none: there is no such route */
  readonly metricsRoute?: ExpressMetricsRouteOptions<Request> | undefined;
  /** Hands paths that are not ours on to the next middleware, instead of answering 404. @defaultValue false */
  readonly fallThrough?: boolean | undefined;
  /** How long a client may take nothing of an answer before it is dropped, in milliseconds. @defaultValue 30_000 */
  readonly stallTimeoutMs?: number | undefined;
}

/** Middleware for `app.use(path, router)`, in Express 5 and 4. */
export interface PubpipeRouter<Request extends ExpressRequest = ExpressRequest> {
  (request: Request, response: ServerResponse, next: (error?: unknown) => void): void;
  /** Ends event streams, so that the server can close. Idempotent. */
  close(): void;
}

/**
 * Mounts the routes of a pipeline, under any path.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range, or neither `authenticate` nor
 * `allowAnonymous: true` is given.
 *
 * @example
 * ```ts
 * app.use('/print', pubpipeRouter(pipeline, { authenticate: (request) => ({ tenant: tenantOf(request) }) }));
 * ```
 */
export function pubpipeRouter<Transaction, Request extends ExpressRequest = ExpressRequest>(
  pipeline: Pipeline<Transaction>,
  options: PubpipeRouterOptions<Request>,
): PubpipeRouter<Request> {
  const { authenticate, metricsRoute, fallThrough = false, stallTimeoutMs = 30_000, ...rest } = options;
  checkTimes({ stallTimeoutMs }, { least: 1 });
  const api = createHttpApi(pipeline, {
    ...rest,
    authenticate: authenticate && (({ native }) => authenticate(native as Request)),
    metricsRoute: metricsRoute && { ...metricsRoute, allow: ({ native }) => metricsRoute.allow(native as Request) },
  });
  // It never rejects: Express 4 knows nothing of promises.
  const answer = async (asked: HttpRequest, exchange: Exchange): Promise<void> => {
    let correlationId: string | undefined;
    try {
      const response = await api.handle(asked);
      correlationId = response.headers['X-Request-Id'];
      await sendResponse(response, { ...exchange, signal: asked.signal, stallTimeoutMs });
    } catch (error) {
      if (!exchange.response.headersSent) {
        exchange.next(error);
        return;
      }
      pipeline.parts.logger.warn({ err: error, path: asked.path, correlationId }, 'an answer was cut off');
      exchange.response.destroy();
    }
  };
  const router = (request: Request, response: ServerResponse, next: (error?: unknown) => void): void => {
    const asked = toHttpRequest(request, response);
    if (fallThrough && !api.has(asked.path)) {
      next();
      return;
    }
    // A middleware that listens has made the body flow, and what flows before it is wanted here would be lost.
    request.pause();
    void answer(asked, { request, response, next });
  };
  return Object.assign(router, { close: () => api.close() });
}

interface Exchange {
  readonly request: ExpressRequest;
  readonly response: ServerResponse;
  readonly next: (error: unknown) => void;
}

// The form of proxies, which every server has to take (RFC 9112, section 3.2.2): Express looks past it.
const authority = /^https?:\/\/[^/?]*/i;

function toHttpRequest(request: ExpressRequest, response: ServerResponse): HttpRequest {
  const [path, ...query] = (request.url ?? '/').replace(authority, '').split('?');
  return {
    method: request.method ?? 'GET',
    path: path || '/',
    query: query.join('?'),
    mountPath: (request.baseUrl ?? '').replace(authority, ''),
    headers: request.headers,
    // Looked at when it is wanted: a middleware may take it until then.
    get body() {
      return toBody(request);
    },
    signal: signalOf(response),
    native: request,
  };
}

/** What a middleware has done to the body shows only in the stream: Express 4's parsers leave `{}` when they did nothing. */
function toBody(request: ExpressRequest): HttpRequestBody {
  if (!request.readableDidRead) {
    return { kind: 'unread', content: request.iterator({ destroyOnReturn: false }) };
  }
  return request.body === undefined ? { kind: 'gone' } : { kind: 'parsed', value: request.body };
}

/** Aborts when the connection closes before the answer has ended, also if that was before it came here. */
function signalOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const onClose = (): void => {
    if (!response.writableFinished) gone.abort(new PubpipeError('CANCELLED', 'The client has gone.'));
  };
  if (response.closed) onClose();
  else response.once('close', onClose);
  return gone.signal;
}
