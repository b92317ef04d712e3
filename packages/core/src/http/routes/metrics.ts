import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { HttpParts } from '../http-parts.ts';
import type { MetricsRouteOptions } from '../metrics-route-options.ts';
import { defineRoute, type Route } from '../route.ts';

/** The metrics, for those who may see them. */
export function readMetricsRoute(parts: HttpParts, { registry, allow }: MetricsRouteOptions): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/metrics',
    operationId: 'readMetrics',
    summary: 'What this process measures',
    access: 'guarded',
    responses: { 200: { description: 'The metrics.', content: ['text/plain'] } },
    async respond({ request }) {
      if ((await allow(request)) !== true) throw new PubpipeError('UNAUTHENTICATED', 'Metrics are not for everybody.');
      const body = await registry.metrics();
      return {
        status: 200,
        headers: {
          'Content-Type': registry.contentType,
          'Content-Length': String(Buffer.byteLength(body)),
          'Cache-Control': 'no-store',
          'X-Content-Type-Options': 'nosniff',
        },
        body,
      };
    },
  });
}
