import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { HttpParts } from './http-parts.ts';
import type { HttpRequest } from './http-request.ts';
import type { RouteMatch } from './match-route.ts';
import { verifiedLink } from './verified-link.ts';

/**
 * Says whose a request is; empty on routes that are nobody's.
 *
 * @throws PubpipeError `UNAUTHENTICATED` when nobody is known to ask.
 * @throws PubpipeError what `LinkSigner.verify` throws, on routes that a signed link opens.
 */
export async function identify(parts: HttpParts, request: HttpRequest, { route, params }: RouteMatch): Promise<string> {
  if (route.access === 'public' || route.access === 'guarded') return '';
  if (route.access === 'link') {
    const link = verifiedLink(
      parts,
      request,
      route.linkedContent?.(params) ?? { kind: 'artifact', id: params['id'] ?? '' },
    );
    if (link !== undefined) return link.tenant;
  }
  const { authenticate } = parts;
  if (authenticate === undefined) return 'default';
  const identity = await authenticate(request);
  if (identity === undefined) throw new PubpipeError('UNAUTHENTICATED', 'This needs to be told who asks.');
  const { tenant } = identity;
  if (typeof tenant === 'string' && tenant.length >= 1 && tenant.length <= 200) return tenant;
  throw new PubpipeError('INTERNAL', 'authenticate must answer a tenant of 1 to 200 characters.');
}
