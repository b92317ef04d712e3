import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createHttpApi } from '@pubpipe/core/http';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import { clientProgram } from './support/client-program.ts';
import { openHttpServer } from './support/open-http-server.ts';

const run = promisify(execFile);
const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };
const everything = {
  fonts: async () => [],
  allowImport: () => true,
  metricsRoute: { registry: new Registry(), allow: () => true },
  signedLinks: { secrets: ['s'.repeat(32)] as [string] },
};

/** Every operation of a document, as `GET /jobs/{id}`. */
const operationsOf = (paths: Readonly<Record<string, object>>) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );

test.each([
  ['all that can be switched on', everything, { webhooks: {} }],
  ['nothing that can be switched on', {}, {}],
])('with %s, the document has every route, and every route that it has answers', async (_, router, more) => {
  const server = await openHttpServer({ pipeline: idle, router, ...more });
  const { paths, servers } = await (await server.ask('/openapi.json', { tenant: '' })).json<OpenAPI3>();
  expect(servers).toEqual([{ url: '/print' }]);
  const { routes } = createHttpApi(server.pipeline, {
    ...router,
    webhooks: server.webhooks,
    allowAnonymous: true,
  });
  const operations = operationsOf(paths ?? {});
  expect(operations.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
  for (const operation of operations) {
    const [method = '', path = ''] = operation.split(' ');
    const asked = path.replace('{page}', '1').replace(/\{\w+\}/g, '01900000-0000-7000-8000-000000000000');
    const response = await server.ask(asked, { method });
    // Without a body or for something that is absent it is refused, but by the route that was asked.
    const problem = response.headers.get('content-type') === 'application/problem+json' && method !== 'HEAD';
    const code = problem ? (await response.json()).code : 'none';
    expect([operation, code]).not.toEqual([
      operation,
      expect.stringMatching(/ROUTE_NOT_FOUND|METHOD_NOT_ALLOWED|INTERNAL/),
    ]);
  }
});

test('a client that is generated from the document has its types checked, and works', async () => {
  const server = await openHttpServer({ webhooks: {} });
  const document = await (await server.ask('/openapi.json', { tenant: '' })).json<OpenAPI3>();
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-client-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const root = join(import.meta.dirname, '../../..');
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  await writeFile(join(directory, 'api.ts'), astToString(await openapiTS(document)));
  await writeFile(join(directory, 'main.ts'), clientProgram);
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', '--noEmit'];
  const modules = ['--module', 'nodenext', '--target', 'es2024', '--types', 'node', '--allowImportingTsExtensions'];
  const compiler = join(root, 'node_modules/@typescript/native/bin/tsc');
  const checked = await run(process.execPath, [compiler, ...strict, ...modules, 'main.ts'], { cwd: directory }).catch(
    (error: unknown) => error,
  );
  expect(checked).toMatchObject({ stdout: '' });
  const { stdout } = await run(process.execPath, ['main.ts', `${server.origin}/print`], { cwd: directory });
  expect(JSON.parse(stdout)).toEqual({
    status: 'completed',
    mediaType: 'application/vnd.scribus',
    pdf: '%PDF-1.4',
    page: 'a page',
    events: ['queued', 'started', 'preview', 'completed'],
    jobs: [true],
    failed: 'ILLEGAL_TRANSITION',
    ready: 'ok',
    webhooks: [['job.failed'], 'whsec_', false, 0, 204],
  });
});
