import type { IncomingHttpHeaders } from 'node:http';

/** What came with a request besides its head. */
export type HttpRequestBody =
  /** Nobody has read it yet. Ending the iteration early leaves the connection as it is; it fails only when that breaks off. */
  | { readonly kind: 'unread'; readonly content: AsyncIterable<Uint8Array> }
  /** The host has read it and turned it into this. */
  | { readonly kind: 'parsed'; readonly value: unknown }
  /** The host has read it, and nothing is left of it. */
  | { readonly kind: 'gone' };

/** A request, whatever server it came through. */
export interface HttpRequest {
  /** In capital letters. */
  readonly method: string;
  /** Path below the mount path, percent-encoded as it came, beginning with `/`. */
  readonly path: string;
  /** What follows the `?`; empty without one. */
  readonly query: string;
  /** The path under which the routes are mounted, empty for the root: links in answers begin with it. */
  readonly mountPath: string;
  /** As Node has them: names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: HttpRequestBody;
  /** Aborts when the client is gone before the answer has ended. */
  readonly signal: AbortSignal;
  /** The server's own request, for `authenticate`. */
  readonly native?: unknown;
}

/** A header's value as one text; undefined when it was not sent. */
export function headerOf({ headers }: Pick<HttpRequest, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
