import { z } from 'zod';
import { contentErrors, contentResponse, contentResponses } from '../content/content-response.ts';
import type { HttpParts } from '../http-parts.ts';
import { parseId } from '../parse-id.ts';
import { defineRoute, type Route } from '../route.ts';
import { linkQueryFields } from '../verified-link.ts';

const querySchema = z.strictObject({
  disposition: z
    .enum(['attachment', 'inline'])
    .default('attachment')
    .describe('Whether a browser saves or shows it. What could run in a browser is always saved.'),
  ...linkQueryFields,
});

/** The bytes of an artifact, for its tenant and for whoever has a signed link. */
export function artifactContentRoute(parts: HttpParts, method: 'GET' | 'HEAD'): Route {
  return defineRoute(parts, {
    method,
    path: '/artifacts/{id}/content',
    operationId: method === 'GET' ? 'downloadArtifact' : 'describeContent',
    summary: method === 'GET' ? 'The bytes of an artifact' : 'The headers of a download',
    access: 'link',
    query: querySchema,
    headers: [
      { name: 'Range', description: 'One range of bytes; several are answered with the whole.' },
      { name: 'If-Range', description: 'The `ETag` that the range is of.' },
      { name: 'If-None-Match', description: 'The `ETag` that the client has.' },
    ],
    responses: contentResponses,
    errors: contentErrors,
    async respond({ request, tenant, params, query }) {
      const id = parseId(params['id'], 'ARTIFACT_NOT_FOUND');
      const artifact = await parts.pipeline.getArtifact({ id, tenant });
      return await contentResponse(parts, request, { artifact, disposition: query.disposition });
    },
  });
}
