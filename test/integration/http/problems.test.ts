import { PubpipeError } from '@pubpipe/core';
import { createHttpApi } from '@pubpipe/core/http';
import { failing } from '@pubpipe/core/testing';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { openPino } from '../support/open-pino.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import { expressVersions, openHttpServer, type TestServerOptions } from './support/open-http-server.ts';
import { withMethods } from './support/with-methods.ts';

const secrets = ['db-7.internal', '/var/lib/secret', 'hunter2', 'Secret.method'];
const cause = Object.assign(new Error(`connect to ${secrets.join(' ')}`), { stack: `Error: at ${secrets.join(' ')}` });
const failures = {
  'the database is away': new PubpipeError('JOB_STORE_UNAVAILABLE', secrets.join(' '), { cause }),
  'the database fails in a way that nobody foresaw': cause,
  'the artifact store is away': new PubpipeError('STORE_UNAVAILABLE', secrets.join(' '), { cause }),
  'the artifact store has no room': new PubpipeError('STORE_FULL', secrets.join(' '), { cause }),
};
const id = '01900000-0000-7000-8000-000000000000';
const bodies: Readonly<Record<string, string>> = {
  uploadArtifacts: '<SCRIBUSUTF8NEW Version="1.5.8"/>',
  importArtifact: JSON.stringify({ bucket: 'b', key: 'card.sla', sha256: 'a'.repeat(64) }),
  submitJob: JSON.stringify({ document: id, renditions: [{ kind: 'pdf' }] }),
};

const rejecting = (error: Error) => async (): Promise<never> => {
  throw error;
};

/** Every route, with everything switched on and everything it stands on broken. */
function broken(error: Error): TestServerOptions {
  const isArtifactStore = error instanceof PubpipeError && error.code.startsWith('STORE_');
  const fault = () => ({ when: 'before' as const, error });
  // A store that has no room can still be read.
  const away = () => ({ when: 'before' as const, error: failures['the artifact store is away'] });
  const methods = ['get', 'list', 'submit', 'cancel', 'retry', 'events', 'readFeed', 'feedEnd'] as const;
  const rows = ['getArtifact', 'removeArtifact', 'beginArtifact'] as const;
  const plan = Object.fromEntries([...methods, ...rows].map((name) => [name, fault]));
  const rowOf = { id, tenant: 'acme', kind: 'upload', state: 'ready', storageKey: 'artifacts/01/a', fileName: 'a.sla' };
  const artifact = { ...rowOf, mediaType: 'text/plain', byteSize: 3, sha256: 'a'.repeat(64), createdAt: 0 };
  return {
    pipeline: {
      renderer: createScriptedRenderer(async () => {}),
      startWorker: false,
      // A row that is there leads on to a store that is not.
      aroundJobStore: (store) =>
        isArtifactStore ? withMethods(store, { getArtifact: async () => artifact as never }) : failing(store, plan),
      aroundArtifactStore: (store) => (isArtifactStore ? failing(store, { get: away, head: away, put: fault }) : store),
      objectImports: { importObject: rejecting(error) },
    },
    router: {
      fonts: rejecting(new PubpipeError('RENDERER_UNAVAILABLE', secrets.join(' '), { cause })),
      allowImport: () => true,
      signedLinks: { secrets: ['s'.repeat(32)] },
      metricsRoute: {
        registry: Object.assign(new Registry(), { metrics: rejecting(cause) }),
        allow: () => true,
      },
    },
  };
}

describe.each(expressVersions)('on %s', (_, express) => {
  test.each(Object.entries(failures))(
    'when %s, every route says so in few words, and the log in all',
    async (_name, error) => {
      const { lines, logger } = openPino();
      const options = broken(error);
      const server = await openHttpServer({ ...options, express, pipeline: { ...options.pipeline, logger } });
      const { routes } = createHttpApi(server.pipeline, { ...options.router, allowAnonymous: true } as never);
      const seen = new Set<string>();
      for (const { method, path, operationId, json, upload } of routes) {
        const asked = path.replace('{page}', '1').replace('{id}', id).replace('{batch}', 'cards');
        const type = json === undefined ? 'application/octet-stream' : 'application/json';
        const requestId = `request-${operationId}`;
        const response = await server.ask(upload === undefined ? asked : `${asked}?fileName=a.sla`, {
          method,
          headers: { 'X-Request-Id': requestId, 'Content-Type': type },
          ...(bodies[operationId] === undefined ? {} : { body: bodies[operationId] }),
        });
        const text = await response.text();
        expect([operationId, response.headers.get('x-request-id')]).toEqual([operationId, requestId]);
        for (const secret of [...secrets, 'node_modules', '.ts:', 'cause', 'stack']) {
          expect([operationId, text.includes(secret) && operationId !== 'getDocument']).toEqual([operationId, false]);
        }
        if (response.status < 400 || operationId === 'isReady') continue;
        expect([operationId, response.headers.get('content-type')]).toEqual([operationId, 'application/problem+json']);
        if (method === 'HEAD') continue;
        const { code, instance, status } = JSON.parse(text) as Readonly<Record<string, unknown>>;
        expect([instance, status]).toEqual([`/print${asked}`, response.status]);
        if (response.status >= 500) {
          seen.add(String(code));
          const line = lines.find(({ correlationId }) => correlationId === requestId);
          expect([operationId, JSON.stringify(line).includes('db-7.internal')]).toEqual([operationId, true]);
        }
        if (response.status === 503) expect(response.headers.get('retry-after')).toBe('2');
      }
      expect(seen).toContain(error instanceof PubpipeError ? error.code : 'INTERNAL');
    },
  );
});

test('a failure in front of every route has its id, and that of a trace, as any answer', async () => {
  const { ask } = await openHttpServer({
    pipeline: { renderer: createScriptedRenderer(async () => {}), startWorker: false },
  });
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  for (const [path, init, status] of [
    ['/nowhere', {}, 404],
    ['/jobs', { method: 'PUT' }, 405],
    ['/jobs', { tenant: '' }, 401],
    ['/jobs?limit=x', {}, 400],
  ] as const) {
    const response = await ask(path, { ...init, headers: { traceparent } });
    expect([path, response.status, response.headers.get('x-request-id')]).toEqual([
      path,
      status,
      '4bf92f3577b34da6a3ce929d0e0e4736',
    ]);
  }
});

test('what the host counts and logs with can not take the server down when it throws', async () => {
  const server = await openHttpServer({
    pipeline: { renderer: createScriptedRenderer(async () => {}), startWorker: false },
    router: {
      metrics: {
        requestAnswered: () => {
          throw new Error('no such label');
        },
      },
    },
    after: (app) =>
      app.use(((_error, _request, response, _next) => {
        response.status(500).send('of the host');
      }) as import('express').ErrorRequestHandler),
  });
  const response = await server.ask('/health/live');
  expect([response.status, await response.text()]).toEqual([500, 'of the host']);
});
