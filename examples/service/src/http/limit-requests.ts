import { sendProblem } from '@pubpipe/adapter-express';
import { PubpipeError } from '@pubpipe/core';
import type { ApiKeys } from '@pubpipe/core/http';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';

/**
 * Lets each tenant make so many requests in a minute, and each address those without a key. Counts are those of this
 * process; where several answer requests, give `rateLimit` a store that they share.
 */
export function limitRequests({ keys, perMinute }: { readonly keys: ApiKeys; readonly perMinute: number }) {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Whoever watches over this process must not be kept away by its clients.
    skip: ({ path }) => path.startsWith('/health/'),
    keyGenerator(request) {
      const identity = keys.identify(request);
      return identity === undefined ? `address ${ipKeyGenerator(request.ip ?? '')}` : `tenant ${identity.tenant}`;
    },
    handler(request, response) {
      const message = 'There were too many requests; the headers RateLimit and Retry-After say when to come back.';
      sendProblem(request, response, new PubpipeError('TOO_MANY_REQUESTS', message));
    },
  });
}
