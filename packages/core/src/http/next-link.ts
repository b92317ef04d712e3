import { type HttpParts, hrefOf } from './http-parts.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';

/** The header that names the next page of a list (RFC 8288), if there is one: the same query with another cursor. */
export function nextLink(
  parts: HttpParts,
  request: HttpRequest,
  { path, nextCursor }: { readonly path: string; readonly nextCursor: string | undefined },
): HttpResponse['headers'] {
  if (nextCursor === undefined) return {};
  const next = new URLSearchParams(request.query);
  next.set('cursor', nextCursor);
  return { Link: `<${hrefOf(parts, request)(`${path}?${next.toString()}`)}>; rel="next"` };
}

/** The same for the document. */
export const nextLinkHeader = Object.freeze({
  name: 'Link',
  description: 'The next page, as `rel="next"` (RFC 8288).',
});
