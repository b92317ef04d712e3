import { z } from 'zod';
import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { ReadyArtifact } from '../../job/artifact.ts';
import { artifactListSchema, artifactSchema, artifactWriter } from '../artifacts/artifact-json.ts';
import { meteredContent } from '../artifacts/metered-content.ts';
import { readFormFiles } from '../artifacts/multipart-files.ts';
import { parseContentDigest } from '../content/content-digest.ts';
import { fileNameOf } from '../content/content-disposition.ts';
import type { HttpParts } from '../http-parts.ts';
import { headerOf } from '../http-request.ts';
import { jsonResponse } from '../http-response.ts';
import { declaredLength, hasMediaType, openBody } from '../request-body.ts';
import { type Call, defineRoute, type Route } from '../route.ts';

const querySchema = z.strictObject({
  fileName: z.string().optional().describe('The name of the file, where no Content-Disposition says it.'),
});

/** Takes files in: one as the body, or several in a form, all or none of them. */
export function uploadRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'POST',
    path: '/artifacts',
    operationId: 'uploadArtifacts',
    summary: 'Upload a file, or several in a form',
    access: 'tenant',
    query: querySchema,
    headers: [
      { name: 'Content-Digest', description: 'The SHA-256 of the body (RFC 9530), which is checked.' },
      { name: 'Content-Disposition', description: 'The name of the file (RFC 6266), unless the body is a form.' },
    ],
    upload: ['application/octet-stream', 'multipart/form-data'],
    responses: {
      201: {
        description: 'Stored: one artifact, or `artifacts` for a form.',
        schema: z.union([artifactSchema, artifactListSchema]),
        headers: [{ name: 'Location', description: 'The artifact, unless the body was a form.' }],
      },
    },
    errors: ['CONTENT_MISMATCH', 'STORE_UNAVAILABLE', 'STORE_FULL'],
    async respond(call) {
      const write = artifactWriter(parts, call.request);
      if (hasMediaType(call.request, /^multipart\//)) {
        const artifacts = await uploadForm(parts, call);
        return jsonResponse(201, { artifacts: artifacts.map(write) });
      }
      const artifact = write(await uploadBody(parts, call, call.query.fileName));
      return jsonResponse(201, artifact, { Location: artifact.links.self });
    },
  });
}

async function uploadBody(
  { pipeline, limits }: HttpParts,
  { request, tenant }: Call,
  named: string | undefined,
): Promise<ReadyArtifact> {
  const fileName = fileNameOf(headerOf(request, 'content-disposition')) ?? named;
  if (fileName === undefined) {
    throw new PubpipeError('INVALID_INPUT', 'The file needs a name: send Content-Disposition or ?fileName=.');
  }
  const sha256 = parseContentDigest(headerOf(request, 'content-digest'));
  const content = openBody(request, limits, limits.maxUploadBytes);
  const expected = { byteSize: declaredLength(request), sha256 };
  return await pipeline.upload({ fileName, content, expected, tenant, signal: request.signal });
}

/** Stores the files of a form. If one can't be stored, those before it are removed. */
async function uploadForm(
  { pipeline, limits }: HttpParts,
  { request, tenant }: Call,
): Promise<readonly ReadyArtifact[]> {
  const sha256 = parseContentDigest(headerOf(request, 'content-digest'));
  const content = meteredContent(openBody(request, limits, limits.maxUploadBytes), { sha256 });
  const contentType = headerOf(request, 'content-type') ?? '';
  const stored: ReadyArtifact[] = [];
  try {
    await readFormFiles({ content, contentType, maxFiles: limits.maxFilesPerUpload }, async (file) => {
      const signal = AbortSignal.any([request.signal, file.signal]);
      stored.push(await pipeline.upload({ fileName: file.fileName, content: file.content, tenant, signal }));
    });
    if (stored.length === 0) throw new PubpipeError('INVALID_INPUT', 'There is no file in the form.');
    return stored;
  } catch (error) {
    // Where this fails as well they expire: nobody has been told of them.
    await Promise.allSettled(stored.map((artifact) => pipeline.removeArtifact(artifact)));
    throw error;
  }
}
