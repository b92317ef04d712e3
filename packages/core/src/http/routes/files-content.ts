import { z } from 'zod';
import { describeFiles, type FilesDownload, type FilesDownloadOptions } from '../../pipeline/files/download-files.ts';
import { parseBatch } from '../batches/parse-batch.ts';
import { formatDisposition } from '../content/content-disposition.ts';
import type { HttpParts } from '../http-parts.ts';
import { emptyResponse, type HttpResponse } from '../http-response.ts';
import { parseId } from '../parse-id.ts';
import { defineRoute, type ResponseDescription, type Route, type RouteDescription } from '../route.ts';
import { linkQueryFields } from '../verified-link.ts';

const querySchema = z.strictObject({
  as: z
    .enum(['zip', 'pdf'])
    .default('zip')
    .describe('All files in a zip, or their PDFs as one, if the server joins PDFs.'),
  partial: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Whether one PDF may be made of those jobs that have completed. A zip says what it lacks.'),
  ...linkQueryFields,
});

const responses: Readonly<Record<number, ResponseDescription>> = {
  200: {
    description: 'The files. One that breaks off is none: there is no other sign of a failure behind its beginning.',
    content: ['application/zip', 'application/pdf'],
    headers: [{ name: 'Content-Disposition', description: 'A name for it.' }],
  },
};

const errors = [
  'BATCH_INCOMPLETE',
  'ARTIFACT_NOT_FOUND',
  'ARTIFACT_EXPIRED',
  'CONTENT_MISMATCH',
  'CONTENT_TOO_LARGE',
  'QUEUE_FULL',
  'STORE_UNAVAILABLE',
  'OUTPUT_UNWRITABLE',
  'OUTPUT_MISMATCH',
  'RENDERER_UNAVAILABLE',
  'RENDER_LIMIT',
  'RENDER_TIMEOUT',
] as const;

/** All that the jobs of a batch have made, for its tenant and for whoever has a signed link. */
export function batchFilesRoute(parts: HttpParts): Route {
  const { pipeline } = parts;
  return filesRoute(parts, {
    method: 'GET',
    path: '/batches/{batch}/content',
    operationId: 'downloadBatch',
    summary: 'All that the jobs of a batch have made, as one file',
    errors: [...errors, 'BATCH_NOT_FOUND'],
    contentOf: (params) => ({ kind: 'batch', id: parseBatch(params['batch']) }),
    describe: ({ id, tenant }, options) => describeFiles(pipeline.parts, { tenant, batch: id }, options),
    open: (batch, options) => pipeline.downloadBatch(batch, options),
  });
}

/** All that a job has made, for its tenant and for whoever has a signed link. */
export function jobFilesRoute(parts: HttpParts): Route {
  const { pipeline } = parts;
  return filesRoute(parts, {
    method: 'GET',
    path: '/jobs/{id}/content',
    operationId: 'downloadJob',
    summary: 'All that a job has made, as one file',
    errors: [...errors, 'JOB_NOT_FOUND'],
    contentOf: (params) => ({ kind: 'job', id: parseId(params['id'], 'JOB_NOT_FOUND') }),
    describe: ({ id, tenant }, options) => describeFiles(pipeline.parts, { tenant, jobId: id }, options),
    open: (job, options) => pipeline.downloadJob(job, options),
  });
}

interface Scope {
  readonly id: string;
  readonly tenant: string;
}

interface FilesRoute extends Pick<RouteDescription, 'method' | 'path' | 'operationId' | 'summary' | 'errors'> {
  readonly contentOf: NonNullable<RouteDescription['linkedContent']>;
  readonly describe: (scope: Scope, options: FilesDownloadOptions) => Promise<DescribedFiles>;
  readonly open: (scope: Scope, options: FilesDownloadOptions) => Promise<FilesDownload>;
}

type DescribedFiles = Omit<FilesDownload, 'body'>;

function filesRoute(parts: HttpParts, { contentOf, describe, open, ...description }: FilesRoute): Route {
  return defineRoute(parts, {
    ...description,
    access: 'link',
    linkedContent: contentOf,
    query: querySchema,
    responses,
    async respond({ request, tenant, params, query: { as, partial } }) {
      const scope = { id: contentOf(params).id, tenant };
      const options = { as, partial: partial === 'true', signal: request.signal };
      if (request.method === 'HEAD') return emptyResponse(200, headersOf(await describe(scope, options)));
      const download = await open(scope, options);
      return { status: 200, headers: headersOf(download), body: download.body };
    },
  });
}

const always: Readonly<Record<string, string>> = {
  'Cache-Control': 'private, no-store, no-transform',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
};

const headersOf = ({ mediaType, fileName, byteSize }: DescribedFiles): HttpResponse['headers'] => ({
  ...always,
  'Content-Type': mediaType,
  'Content-Disposition': formatDisposition('attachment', fileName, mediaType),
  ...(byteSize === undefined ? {} : { 'Content-Length': String(byteSize) }),
});
