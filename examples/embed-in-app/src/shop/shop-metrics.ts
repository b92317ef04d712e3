import type { RequestHandler } from 'express';
import { Histogram, Registry } from 'prom-client';

/** The shop's own registry, with a metric that has the name that pubpipe's routes would use too. */
export function createShopMetrics() {
  const registry = new Registry();
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Requests to the shop.',
    labelNames: ['method', 'status'],
    registers: [registry],
  });
  const measure: RequestHandler = (request, response, next) => {
    const end = durations.startTimer({ method: request.method });
    response.once('close', () => end({ status: response.statusCode }));
    next();
  };
  return { registry, measure };
}
