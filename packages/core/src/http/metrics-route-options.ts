import type { HttpRequest } from './http-request.ts';

/** Where metrics are read. A `Registry` of `prom-client` is one. */
export interface MetricsSource {
  /** The media type of the text. */
  readonly contentType: string;
  /** All metrics, as their reader wants them. */
  metrics(): Promise<string>;
}

/** Options of the route `GET /metrics`. */
export interface MetricsRouteOptions {
  readonly registry: MetricsSource;
  /** Whether a request may see them, which are those of all tenants; else it gets 401. `authenticate` is not asked. */
  readonly allow: (request: HttpRequest) => boolean | Promise<boolean>;
}
