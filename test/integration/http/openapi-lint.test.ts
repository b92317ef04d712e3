import { createApiKeys, issueApiKey } from '@pubpipe/core/http';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { OpenAPI3 } from 'openapi-typescript';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { JobAnswer } from './support/answer.ts';
import { openHttpServer, type TestServer, type TestServerOptions } from './support/open-http-server.ts';
import { submit, uploadDocument } from './support/submit.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };
const everything = {
  fonts: async () => [],
  allowImport: () => true,
  metricsRoute: { registry: new Registry(), allow: () => true },
  signedLinks: { secrets: ['s'.repeat(32)] as [string] },
};

interface Document extends Omit<OpenAPI3, 'components'> {
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly examples?: readonly Readonly<Record<string, unknown>>[] }>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

const documentOf = async (server: TestServer) =>
  await (await server.ask('/openapi.json', { tenant: '' })).json<Document>();

test.each<[string, Pick<TestServerOptions, 'router' | 'webhooks'>]>([
  ['all that can be switched on', { router: everything, webhooks: {} }],
  ['nothing that can be switched on', {}],
  ['nobody who has to say who asks', { router: { allowAnonymous: true } }],
])('with %s, a linter finds nothing wrong in the document, its examples included', async (_, options) => {
  const { router = {} } = options;
  const server = await openHttpServer({ pipeline: idle, ...options });
  const config = await createConfig({
    extends: ['spec', 'recommended'],
    rules: {
      'no-invalid-schema-examples': 'error',
      'no-invalid-media-type-examples': 'error',
      'no-unused-components': 'error',
      // Those whom a route lets in by itself, and everybody where nobody has to say who asks, need no scheme.
      'security-defined':
        router.allowAnonymous === true ? 'off' : { severity: 'error', exceptions: [{ path: '/metrics' }] },
      // Links of a server that is mounted somewhere begin with a path.
      'no-server-example.com': 'off',
    },
  });
  const lint = async (source: string) =>
    (await lintFromString({ source, config })).map(({ ruleId, message, location: [at] }) => [
      ruleId,
      message,
      at?.pointer,
    ]);
  const source = JSON.stringify(await documentOf(server));
  expect(await lint(source)).toEqual([]);
  // It does look at what is in an example.
  expect(await lint(source.replace('"byteSize":48213', '"byteSize":"much"'))).not.toEqual([]);
});

test('examples of requests are taken, and examples of answers have what answers have', async () => {
  const server = await openHttpServer({ pipeline: idle, router: { allowImport: () => true }, webhooks: {} });
  const { components } = await documentOf(server);
  const exampleOf = (name: string) => components.schemas[name]?.examples?.[0] ?? {};
  const uploaded = await uploadDocument(server);
  const asked = { ...exampleOf('SubmitJobRequest'), document: uploaded.id };
  const answer = await submit(server, { body: asked, headers: { 'X-Request-Id': 'example' } });
  expect(answer.status).toBe(202);
  const job = await answer.json<JobAnswer & Record<string, unknown>>();
  expect(Object.keys(exampleOf('Job')).toSorted()).toEqual(Object.keys(job).toSorted());
  expect(Object.keys(exampleOf('Artifact')).toSorted()).toEqual(Object.keys(uploaded).toSorted());
  const { events } = await (await server.ask(job.links.events)).json<{ events: readonly object[] }>();
  expect(Object.keys(exampleOf('Event')).toSorted()).toEqual(Object.keys(events[0] ?? {}).toSorted());
  const absent = await server.ask('/jobs/01970c3e-7f12-7d84-a1b7-52c98e0f4a36');
  const [problem, real] = [exampleOf('Problem'), await absent.json<Readonly<Record<string, unknown>>>()];
  expect({ ...real, requestId: '' }).toEqual({ ...problem, requestId: '' });
  // There is nothing to import from here, and that is all that is wrong with it.
  const imported = await server.ask('/artifacts/imports', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(exampleOf('ImportArtifactRequest')),
  });
  expect((await imported.json()).detail).toContain('made without objectImports');
  expect((await server.ask(uploaded.links.self)).status).toBe(200);
  const json = (method: string, body: object) => ({
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const created = await server.ask('/webhooks', json('POST', exampleOf('CreateWebhookRequest')));
  const webhook = await created.json<{ links: { self: string } }>();
  expect(Object.keys(exampleOf('WebhookWithSecret')).toSorted()).toEqual(Object.keys(webhook).toSorted());
  const changed = await server.ask(webhook.links.self, json('PATCH', exampleOf('ChangeWebhookRequest')));
  expect([created.status, changed.status]).toEqual([201, 200]);
  expect(Object.keys(await changed.json<object>())).toEqual(expect.arrayContaining(Object.keys(exampleOf('Webhook'))));
});

test('the document says how a request tells who asks, of each route', async () => {
  const session = { session: { type: 'apiKey', in: 'cookie', name: 'sid' } } as const;
  for (const [router, schemes] of [
    [{}, ['apiKey', 'bearer']],
    [{ securitySchemes: session }, ['session']],
    [{ allowAnonymous: true }, []],
  ] as const) {
    const server = await openHttpServer({ pipeline: idle, router: { ...everything, ...router } });
    const { components, paths = {} } = await documentOf(server);
    expect(Object.keys(components.securitySchemes).toSorted()).toEqual([...schemes, 'signedLink'].toSorted());
    const securityOf = (path: string) => (paths[path] as { get: { security?: readonly object[] } }).get.security;
    const namesOf = (path: string) =>
      securityOf(path)
        ?.flatMap((each) => Object.keys(each))
        .toSorted();
    expect(namesOf('/jobs')).toEqual(schemes);
    expect(namesOf('/artifacts/{id}/content')).toEqual([...schemes, 'signedLink'].toSorted());
    expect(namesOf('/health/live')).toEqual([]);
    expect(securityOf('/metrics')).toBeUndefined();
  }
  for (const name of ['', 'a b', 'signedLink']) {
    const router = { securitySchemes: { [name]: session.session } };
    await expect(openHttpServer({ pipeline: idle, router })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  }
});

test('a client that has a key of each documented kind is known', async () => {
  const { key, stored } = issueApiKey('acme');
  const server = await openHttpServer({ pipeline: idle, router: { authenticate: createApiKeys([stored]).identify } });
  const statusWith = async (headers: Record<string, string>) =>
    (await server.ask('/jobs', { tenant: '', headers })).status;
  expect(await statusWith({ Authorization: `Bearer ${key}` })).toBe(200);
  expect(await statusWith({ 'X-API-Key': key })).toBe(200);
  expect(await statusWith({})).toBe(401);
});
