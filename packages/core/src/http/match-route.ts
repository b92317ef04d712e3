import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { HttpRequest } from './http-request.ts';
import type { Route } from './route.ts';

/** A route, and the parts of the path that vary in it. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds routes by method and path. */
export interface RouteTable {
  /** Whether there is a route under a path, whatever the method. */
  readonly has: (path: string) => boolean;
  /**
   * Finds the route of a request. `HEAD` is answered by every `GET` route that has no other for it.
   *
   * @throws PubpipeError `ROUTE_NOT_FOUND`, or `METHOD_NOT_ALLOWED`, details `allowed`.
   */
  readonly find: (request: Pick<HttpRequest, 'method' | 'path'>) => RouteMatch;
}

/** Makes a table of routes, the first of which wins. */
export function createRouteTable(routes: readonly Route[]): RouteTable {
  const patterns = routes.map((route) => ({ route, segments: route.path.split('/') }));
  const under = (path: string): readonly RouteMatch[] => {
    const segments = (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path).split('/');
    return patterns.flatMap(({ route, segments: pattern }) => {
      const params = matchSegments(pattern, segments);
      return params === undefined ? [] : [{ route, params }];
    });
  };
  return Object.freeze({
    has: (path: string) => under(path).length > 0,
    find({ method, path }: Pick<HttpRequest, 'method' | 'path'>) {
      const there = under(path);
      if (there.length === 0) throw new PubpipeError('ROUTE_NOT_FOUND', 'There is nothing under this path.');
      const byMethod = (name: string) => there.find(({ route }) => route.method === name);
      const match = byMethod(method) ?? (method === 'HEAD' ? byMethod('GET') : undefined);
      if (match !== undefined) return match;
      const methods = there.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
      const allowed = [...new Set(methods)].join(', ');
      throw new PubpipeError('METHOD_NOT_ALLOWED', `This path answers ${allowed}.`, { details: { allowed } });
    },
  });
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? '';
    if (expected.startsWith('{')) params[expected.slice(1, -1)] = actual;
    else if (expected !== actual) return undefined;
  }
  return params;
}
