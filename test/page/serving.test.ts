import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PubpipePageOptions, pubpipePage } from '@pubpipe/adapter-express/page';
import { describe, expect, onTestFinished, test } from 'vitest';
import { expressVersions } from '../integration/http/support/open-http-server.ts';

async function serve(
  express: (typeof expressVersions)[number][1],
  options?: PubpipePageOptions,
  mountPath = '/a/page',
) {
  const app = express();
  app.use(mountPath, pubpipePage(options));
  app.use((_request, response) => void response.status(404).send('of the host'));
  const server = createServer(app as unknown as (request: IncomingMessage, response: ServerResponse) => void);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init });
}

describe.each(expressVersions)('on %s', (_, express) => {
  test('the page and its parts are served with a policy that lets nothing else in', async () => {
    const ask = await serve(express);
    const html = await ask('/a/page/');
    expect(html.status).toBe(200);
    expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
        "trusted-types 'none'",
    );
    expect(html.headers.get('x-content-type-options')).toBe('nosniff');
    expect(html.headers.get('referrer-policy')).toBe('no-referrer');
    const text = await html.text();
    expect(text).not.toMatch(/<script(?! type="module" src="app\.js">)|<style| style=|https?:/);
    for (const [path, mediaType] of [
      ['app.js', 'text/javascript; charset=utf-8'],
      ['style.css', 'text/css; charset=utf-8'],
      ['icon.svg', 'image/svg+xml'],
    ]) {
      const part = await ask(`/a/page/${path}`);
      expect(part.headers.get('content-type')).toBe(mediaType);
      expect((await part.arrayBuffer()).byteLength).toBe(Number(part.headers.get('content-length')));
    }
  });

  test('without its slash the page is asked for again with it, on the same host', async () => {
    const ask = await serve(express);
    const response = await ask('/a/page?x=1');
    expect([response.status, response.headers.get('location')]).toEqual([308, './page/?x=1']);
  });

  test('at the root it needs no other slash', async () => {
    const ask = await serve(express, {}, '/');
    expect((await ask('/')).status).toBe(200);
  });

  test('what is not of the page, or is no reading, is for the host', async () => {
    const ask = await serve(express);
    for (const path of ['/a/page/other', '/a/page/..%2fpackage.json', '/a/page/APP.JS']) {
      expect(await (await ask(path)).text()).toBe('of the host');
    }
    expect(await (await ask('/a/page/', { method: 'POST' })).text()).toBe('of the host');
  });

  test('a browser that has the page is told so, and HEAD has no body', async () => {
    const ask = await serve(express);
    const tag = (await ask('/a/page/app.js')).headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]{43}"$/);
    expect((await ask('/a/page/app.js', { headers: { 'If-None-Match': tag } })).status).toBe(304);
    const head = await ask('/a/page/app.js', { method: 'HEAD' });
    expect([head.status, (await head.text()).length, Number(head.headers.get('content-length')) > 10_000]).toEqual([
      200,
      0,
      true,
    ]);
  });
});

test('title and path are written into the HTML as what they are', async () => {
  const [, express] = expressVersions[0];
  const ask = await serve(express, { title: '"A" & <b>', apiPath: '/print"x', downloadOrigins: ['https://b.example'] });
  const response = await ask('/a/page/');
  const html = await response.text();
  expect(html).toContain('<title>&quot;A&quot; &amp; &lt;b&gt;</title>');
  expect(html).toContain('content="/print&quot;x"');
  expect(response.headers.get('content-security-policy')).toContain("connect-src 'self' https://b.example;");
});

test.each<PubpipePageOptions>([
  { apiPath: 'https://elsewhere.example/' },
  { apiPath: '//elsewhere.example/' },
  { apiPath: '/\\elsewhere.example/' },
  { apiPath: 'print' },
  { downloadOrigins: ["https://b.example; script-src 'unsafe-inline'"] },
  { downloadOrigins: ['https://b.example/path'] },
  { downloadOrigins: ['*'] },
])('%j is refused', (options) => {
  expect(() => pubpipePage(options)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});
