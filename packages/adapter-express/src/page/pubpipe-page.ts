import type { IncomingMessage, ServerResponse } from 'node:http';
import { type PageFile, readPageFiles } from './page-files.ts';
import { pageHeaders } from './page-headers.ts';
import { type PubpipePageOptions, resolvePageOptions } from './page-options.ts';

/** What the page reads of a request: those of Express 5 and 4 fit. */
export type PageRequest = IncomingMessage & { readonly originalUrl?: string };

/** Middleware for `app.use(path, page)`, in Express 5 and 4. */
export type PubpipePage = (request: PageRequest, response: ServerResponse, next: (error?: unknown) => void) => void;

/**
 * Serves a page on which people hand in documents, watch their jobs and fetch the PDFs, by the routes of
 * `pubpipeRouter`. It is the same for everybody and holds no secret: who may do what is decided by the routes, to which
 * the browser sends the key that its user has typed in. Paths that are not its own go on to the next middleware.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is not what it must be.
 *
 * @example
 * ```ts
 * import { pubpipeRouter } from '@pubpipe/adapter-express';
 *
 * app.use('/print/page', pubpipePage());
 * app.use('/print', pubpipeRouter(pipeline, { authenticate: keys.identify }));
 * ```
 */
export function pubpipePage(options: PubpipePageOptions = {}): PubpipePage {
  const resolved = resolvePageOptions(options);
  const files = readPageFiles(resolved);
  const headers = pageHeaders(resolved);
  return (request, response, next) => {
    const [path = '/'] = (request.url ?? '/').split('?');
    const file = files.get(path);
    if (file === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      next();
      return;
    }
    const withSlash = path === '/' ? slashMissing(request) : undefined;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (withSlash === undefined) send(request, response, file);
    else response.writeHead(308, { Location: withSlash, 'Content-Length': '0' }).end();
  };
}

/** Where the page is when it was asked for without the slash that its own links need, relative to what was asked. */
function slashMissing({ originalUrl, url }: PageRequest): string | undefined {
  const [path = '/', ...query] = (originalUrl ?? url ?? '/').split('?');
  if (path.endsWith('/')) return undefined;
  // With a dot in front no segment can be taken for a scheme.
  return `./${path.slice(path.lastIndexOf('/') + 1)}/${query.length > 0 ? `?${query.join('?')}` : ''}`;
}

function send(request: IncomingMessage, response: ServerResponse, { mediaType, content, entityTag }: PageFile): void {
  response.setHeader('ETag', entityTag);
  // Asked for again each time, so that script, style and HTML are always of one version.
  response.setHeader('Cache-Control', 'no-cache');
  if (request.headers['if-none-match']?.includes(entityTag) === true) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': mediaType, 'Content-Length': String(content.byteLength) });
  response.end(request.method === 'HEAD' ? undefined : content);
}
