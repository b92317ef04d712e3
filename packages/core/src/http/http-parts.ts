import type { Pipeline } from '../pipeline/create-pipeline.ts';
import type { ResolvedHttpOptions } from './http-options.ts';
import type { HttpRequest } from './http-request.ts';
import type { Streams } from './streams.ts';

/** What routes are made of. */
export interface HttpParts extends ResolvedHttpOptions {
  readonly pipeline: Pipeline;
  readonly streams: Streams;
  /** Aborts when the routes are closed: what would go on for ever ends then. */
  readonly closing: AbortSignal;
}

/** The path under which clients find a route, as links in answers have it. */
export function hrefOf({ basePath }: Pick<HttpParts, 'basePath'>, { mountPath }: Pick<HttpRequest, 'mountPath'>) {
  const prefix = basePath ?? mountPath;
  return (path: string): string => `${prefix}${path}`;
}
