import { type ErrorCode, errorTraits } from '../../errors/error-traits.ts';
import type { RouteDescription } from '../route.ts';

const ofEveryRoute = ['INVALID_INPUT', 'INTERNAL', 'CLOSED'] as const;
const ofBodies = ['CONTENT_TOO_LARGE', 'REQUEST_TIMEOUT', 'UNSUPPORTED_MEDIA_TYPE', 'BODY_ALREADY_READ'] as const;
const ofAccess = {
  tenant: ['UNAUTHENTICATED', 'JOB_STORE_UNAVAILABLE'],
  link: ['UNAUTHENTICATED', 'JOB_STORE_UNAVAILABLE', 'LINK_INVALID', 'LINK_EXPIRED'],
  guarded: ['UNAUTHENTICATED'],
  public: [],
} as const satisfies Record<RouteDescription['access'], readonly ErrorCode[]>;

/** The codes of all failures that a route may answer with, by their status. A client that has gone hears none. */
export function errorsOf({ access, json, upload, errors = [] }: RouteDescription): ReadonlyMap<number, ErrorCode[]> {
  const hasBody = json !== undefined || upload !== undefined;
  const codes = new Set<ErrorCode>([...ofEveryRoute, ...ofAccess[access], ...(hasBody ? ofBodies : []), ...errors]);
  return Map.groupBy(codes, (code) => errorTraits[code].httpStatus);
}
