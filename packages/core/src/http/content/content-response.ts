import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { ReadyArtifact } from '../../job/artifact.ts';
import type { ByteRange } from '../../ports/artifact-store.ts';
import type { HttpParts } from '../http-parts.ts';
import { type HttpRequest, headerOf } from '../http-request.ts';
import { emptyResponse, type HttpResponse } from '../http-response.ts';
import type { ResponseDescription } from '../route.ts';
import { formatDigest } from './content-digest.ts';
import { type Disposition, formatDisposition } from './content-disposition.ts';
import { allowsRange, entityTagOf, matchesNoneOf } from './entity-tag.ts';
import { parseRangeHeader } from './range-header.ts';

/** What is sent, and how. */
export interface SentContent {
  readonly artifact: ReadyArtifact;
  readonly disposition: Disposition;
}

const mediaTypeForm = /^[\w.+-]+\/[\w.+-]+(?:;[ \t]*[\w-]+=[\w.-]+)*$/;

/** Answers with the content of an artifact: whole, in part, or not at all where the client has it. */
export async function contentResponse(
  parts: HttpParts,
  request: HttpRequest,
  { artifact, disposition }: SentContent,
): Promise<HttpResponse> {
  const { sha256, byteSize } = artifact;
  const tag = entityTagOf(sha256);
  const always = { ETag: tag, 'Cache-Control': 'private, no-cache, no-transform' };
  if (matchesNoneOf(headerOf(request, 'if-none-match'), tag)) return emptyResponse(304, always);
  const headers = { ...always, ...describe(artifact, disposition) };
  if (request.method === 'HEAD') return emptyResponse(200, { ...headers, 'Content-Length': String(byteSize) });
  const range = allowsRange(headerOf(request, 'if-range'), tag)
    ? parseRangeHeader(headerOf(request, 'range'), byteSize)
    : undefined;
  return (await redirect(parts, artifact, disposition)) ?? (await send(parts, request, { artifact, range, headers }));
}

/** Failures of such answers. */
export const contentErrors = [
  'ARTIFACT_NOT_FOUND',
  'ARTIFACT_EXPIRED',
  'RANGE_NOT_SATISFIABLE',
  'STORE_UNAVAILABLE',
] as const;

/** What the document says of such answers. */
export const contentResponses: Readonly<Record<number, ResponseDescription>> = {
  200: {
    description: 'All of it.',
    content: ['application/octet-stream'],
    headers: [
      { name: 'ETag', description: 'The SHA-256 of the whole, in quotes.' },
      { name: 'Repr-Digest', description: 'The SHA-256 of the whole (RFC 9530).' },
    ],
  },
  206: { description: 'The range that was asked for.', content: ['application/octet-stream'] },
  302: { description: 'Where the artifact store has it, if downloads are redirected.' },
  304: { description: 'The client has it.' },
};

function describe({ fileName, mediaType, sha256 }: ReadyArtifact, disposition: Disposition) {
  return {
    'Content-Type': mediaTypeForm.test(mediaType) ? mediaType : 'application/octet-stream',
    'Content-Disposition': formatDisposition(disposition, fileName, mediaType),
    'Accept-Ranges': 'bytes',
    'Repr-Digest': formatDigest(sha256),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
  };
}

async function redirect(
  { presignedDownloads }: HttpParts,
  { storageKey, fileName, mediaType }: ReadyArtifact,
  disposition: Disposition,
): Promise<HttpResponse | undefined> {
  if (presignedDownloads === undefined) return undefined;
  const { urls, expiresInMs } = presignedDownloads;
  const saved = formatDisposition(disposition, fileName, mediaType).startsWith('attachment');
  const url = await urls.presignGet(storageKey, { expiresInMs, mediaType, ...(saved ? { fileName } : {}) });
  return emptyResponse(302, { Location: url, 'Cache-Control': 'no-store', 'Content-Length': '0' });
}

interface Part {
  readonly artifact: ReadyArtifact;
  readonly range: Required<ByteRange> | undefined;
  readonly headers: HttpResponse['headers'];
}

async function send(
  { pipeline }: HttpParts,
  { signal }: HttpRequest,
  { artifact, range, headers }: Part,
): Promise<HttpResponse> {
  const { byteSize } = artifact;
  const content = await pipeline.download(artifact, { range, signal });
  if (content.byteSize !== byteSize) {
    await content.body[Symbol.asyncIterator]().return?.();
    throw new PubpipeError('INTERNAL', `The artifact store has ${content.byteSize} bytes instead of ${byteSize}.`);
  }
  const length = { 'Content-Length': String(content.contentLength) };
  if (range === undefined) return { status: 200, headers: { ...headers, ...length }, body: content.body };
  const contentRange = { 'Content-Range': `bytes ${range.start}-${range.end}/${byteSize}` };
  return { status: 206, headers: { ...headers, ...length, ...contentRange }, body: content.body };
}
