import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

/** Writes a line for each request when it has been answered. Neither headers nor queries are in it: they have secrets. */
export function logRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const begunAt = performance.now();
    const [path = '/'] = request.originalUrl.split('?', 1);
    response.once('close', () => {
      const facts = {
        method: request.method,
        path,
        // The client has gone before the end of its answer: 499 is the customary number for that.
        status: response.writableFinished ? response.statusCode : 499,
        durationMs: Math.round(performance.now() - begunAt),
        correlationId: response.getHeader('X-Request-Id'),
      };
      if (path.includes('/health/')) logger.debug(facts, 'a request was answered');
      else logger.info(facts, 'a request was answered');
    });
    next();
  };
}
