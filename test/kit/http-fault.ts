import type { S3Error } from './s3-error.ts';
import type { EndOfConnection } from './tcp-fault.ts';

/** What can happen to a request. Byte counts are of bodies, as they stand on the wire. */
export type HttpFault =
  /** The connection is reset; nothing of the request reaches the server. */
  | { readonly kind: 'reset' }
  /** The proxy answers with an error of S3, and nothing of the request reaches the server. */
  | ({ readonly kind: 'respond' } & S3Error)
  /** The server does what it is asked, and the connection ends before its answer reaches the client. */
  | { readonly kind: 'loseAnswer'; readonly how?: EndOfConnection }
  /** The connection ends, on both sides, after so many bytes of one body. */
  | { readonly kind: 'cut'; readonly of: HttpMessage; readonly afterBytes: number; readonly how?: EndOfConnection }
  /** Stands still after so many bytes of one body, or without `afterBytes` before all of it, until the fault is lifted. */
  | { readonly kind: 'stall'; readonly of: HttpMessage; readonly afterBytes?: number }
  /** All of the request, or of the answer, is late. */
  | { readonly kind: 'delay'; readonly of: HttpMessage; readonly ms: number };

export type HttpMessage = 'request' | 'answer';

/** Which requests a fault is for. All that is given must hold. */
export interface RequestMatch {
  readonly method?: string;
  /** A part of, or a pattern for, the path with its query as they stand in the request, e.g. `partNumber=2`. */
  readonly path?: string | RegExp;
}

/** What has become of one request through a proxy. */
export interface ProxiedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly fault: HttpFault | undefined;
  /** How much of it was handed to the server's connection. */
  readonly reachedServer: 'no' | 'partly' | 'wholly';
  /** Of the server's own answer, whether or not it was delivered. */
  readonly status: number | undefined;
  /** Whether the whole answer of the server was handed to the client's connection. */
  readonly answerDelivered: boolean;
  /** Whether nothing more of it is passed on, either way: it was answered, or the client's connection has ended. */
  readonly isOver: boolean;
  /** Bytes of the bodies that were passed on. */
  readonly bytes: Readonly<Record<HttpMessage, number>>;
}

export function isMatch({ method, path }: RequestMatch, request: ProxiedRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? request.path.includes(path) : path.test(request.path);
}
