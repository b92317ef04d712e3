import { z } from 'zod';
import { type HttpParts, hrefOf } from './http-parts.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';

/** What a request says of the page of a list that it wants. */
export const pageQuery = {
  limit: z.int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional().describe('`nextCursor` of the page before.'),
};

/** How the body of a page says that there is a further one. */
export const nextCursorSchema = z.string().optional().describe('Given when there is a further page.');

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
