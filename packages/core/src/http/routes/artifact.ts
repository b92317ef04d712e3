import { artifactSchema, artifactWriter } from '../artifacts/artifact-json.ts';
import type { HttpParts } from '../http-parts.ts';
import { emptyResponse, jsonResponse } from '../http-response.ts';
import { parseId } from '../parse-id.ts';
import { defineRoute, type Route } from '../route.ts';

const path = '/artifacts/{id}';

/** What is known of an artifact. */
export function artifactRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'GET',
    path,
    operationId: 'getArtifact',
    summary: 'What is known of an artifact',
    access: 'tenant',
    responses: { 200: { description: 'The artifact.', schema: artifactSchema } },
    errors: ['ARTIFACT_NOT_FOUND', 'ARTIFACT_EXPIRED'],
    async respond({ request, tenant, params }) {
      const id = parseId(params['id'], 'ARTIFACT_NOT_FOUND');
      return jsonResponse(200, artifactWriter(parts, request)(await parts.pipeline.getArtifact({ id, tenant })));
    },
  });
}

/** Takes an artifact out of use. */
export function deleteArtifactRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'DELETE',
    path,
    operationId: 'deleteArtifact',
    summary: 'Delete an artifact that no queued or running job needs',
    access: 'tenant',
    responses: { 204: { description: 'It is gone, or was not there.' } },
    errors: ['ARTIFACT_NOT_FOUND', 'ARTIFACT_IN_USE'],
    async respond({ tenant, params }) {
      await parts.pipeline.removeArtifact({ id: parseId(params['id'], 'ARTIFACT_NOT_FOUND'), tenant });
      return emptyResponse(204);
    },
  });
}
