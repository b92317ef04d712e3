import { type HttpParts, hrefOf } from '../http-parts.ts';
import type { HttpRequest } from '../http-request.ts';
import type { LinkedContent } from '../link-signer.ts';

const folders = { artifact: 'artifacts', job: 'jobs', batch: 'batches' } as const;

/** The path of content, below the mount path. */
export const contentPath = ({ kind, id }: LinkedContent): string =>
  `/${folders[kind]}/${encodeURIComponent(id)}/content`;

/** Signs links to content as they are right in the answer to a request, where there are signed links. */
export function contentLinks(parts: HttpParts, request: Pick<HttpRequest, 'mountPath'>) {
  const href = hrefOf(parts, request);
  const now = parts.pipeline.parts.clock.now();
  return (content: LinkedContent, tenant: string): string | undefined => {
    const link = parts.linkSigner?.sign({ ...content, tenant }, now);
    const query = link && new URLSearchParams({ ...link, expires: String(link.expires) });
    return query && href(`${contentPath(content)}?${query.toString()}`);
  };
}
