import { z } from 'zod';
import { PubpipeError } from '../../errors/pubpipe-error.ts';
import { artifactSchema, artifactWriter } from '../artifacts/artifact-json.ts';
import type { HttpParts } from '../http-parts.ts';
import { jsonResponse } from '../http-response.ts';
import { defineRoute, type Route } from '../route.ts';

/** An object that is to become an artifact. */
const importSchema = z.strictObject({
  bucket: z.string().min(1).max(255),
  key: z.string().min(1).max(1_024),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('What it must be.'),
  byteSize: z.int().min(0).optional().describe('Its length, if that is to be checked too.'),
  fileName: z.string().optional().describe('The last part of the key where nothing is said.'),
  mediaType: z
    .string()
    .max(100)
    .regex(/^[\w.+-]+\/[\w.+-]+$/)
    .optional(),
});

/** Makes an artifact of an object that is in a bucket already. */
export function importRoute(parts: HttpParts, allowImport: NonNullable<HttpParts['allowImport']>): Route {
  return defineRoute(parts, {
    method: 'POST',
    path: '/artifacts/imports',
    operationId: 'importArtifact',
    summary: 'Make an artifact of an object in a bucket',
    access: 'tenant',
    json: importSchema,
    responses: {
      201: {
        description: 'Copied and checked.',
        schema: artifactSchema,
        headers: [{ name: 'Location', description: 'The artifact.' }],
      },
    },
    errors: ['ARTIFACT_NOT_FOUND', 'CONTENT_MISMATCH', 'STORE_UNAVAILABLE', 'STORE_FULL'],
    async respond({ request, tenant, json }) {
      const { bucket, key } = json;
      // As if it were not there: what others have is nobody's business.
      if (!(await allowImport({ tenant, bucket, key }))) {
        throw new PubpipeError('ARTIFACT_NOT_FOUND', 'There is no such object to import.');
      }
      const imported = await parts.pipeline.importArtifact({ ...json, tenant, signal: request.signal });
      const artifact = artifactWriter(parts, request)(imported);
      return jsonResponse(201, artifact, { Location: artifact.links.self });
    },
  });
}
