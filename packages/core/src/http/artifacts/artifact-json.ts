import { z } from 'zod';
import type { Artifact } from '../../job/artifact.ts';
import { contentLinks } from '../content/content-links.ts';
import { type HttpParts, hrefOf } from '../http-parts.ts';
import type { HttpRequest } from '../http-request.ts';

/** An artifact as clients see it. */
export const artifactSchema = z.object({
  id: z.uuid(),
  kind: z.enum(['upload', 'rendition', 'report']).describe('Sent in by a client, or made by a job.'),
  state: z.enum(['pending', 'ready', 'deleting', 'deleted']).describe('Only that of a ready one has content.'),
  fileName: z.string(),
  mediaType: z.string().describe('What the content is, by its own first bytes.'),
  byteSize: z.int().optional(),
  sha256: z.string().optional().describe('In lower-case hexadecimal.'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional().describe('When it goes unless a job uses it.'),
  links: z.object({
    self: z.string(),
    content: z.string().describe('Its bytes.'),
    signed: z.string().optional().describe('Its bytes, for whoever has this link, until it expires.'),
  }),
});

/** An artifact as clients see it. */
export type ArtifactJson = z.output<typeof artifactSchema>;

/** Several artifacts. */
export const artifactListSchema = z.object({ artifacts: z.array(artifactSchema) });

/** Turns rows into what clients see. */
export type ArtifactWriter = (artifact: Artifact) => ArtifactJson;

/** Writes artifacts with links as they are right in the answer to a request. */
export function artifactWriter(parts: HttpParts, request: Pick<HttpRequest, 'mountPath'>): ArtifactWriter {
  const href = hrefOf(parts, request);
  const sign = contentLinks(parts, request);
  return (artifact) => {
    const { id, tenant, kind, state, fileName, mediaType, byteSize, sha256, createdAt, expiresAt } = artifact;
    const content = href(`/artifacts/${id}/content`);
    return {
      id,
      kind,
      state,
      fileName,
      mediaType,
      byteSize,
      sha256,
      createdAt: toTime(createdAt),
      expiresAt: expiresAt === undefined ? undefined : toTime(expiresAt),
      links: { self: href(`/artifacts/${id}`), content, signed: sign({ kind: 'artifact', id }, tenant) },
    };
  };
}

/** A time as RFC 3339 has it. */
export const toTime = (ms: number): string => new Date(ms).toISOString();
