import { pubpipeRouter } from '@pubpipe/adapter-express';
import { PubpipeError } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { describe, expect, test } from 'vitest';
import { openTestPipeline } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import { expressVersions, openHttpServer } from './support/open-http-server.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };

describe.each(expressVersions)('on %s', (_, express) => {
  test.each(['/print', '/a/b/c', '/'])('it answers when it is mounted at %s', async (mountPath) => {
    const { ask } = await openHttpServer({ express, mountPath });
    const response = await ask('/health/live');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  test('a path that is not there is a problem, or goes on where the host says so', async () => {
    const { ask } = await openHttpServer({ express });
    const response = await ask('/no-such-path');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND', instance: '/print/no-such-path' });

    const other = await openHttpServer({
      express,
      mountPath: '/',
      router: { fallThrough: true },
      after: (app) => app.get('/of-the-host', (_request, answer) => void answer.send('mine')),
    });
    expect(await (await other.ask('/of-the-host')).text()).toBe('mine');
  });

  test('a method that a path does not answer is told which ones it does', async () => {
    const { ask } = await openHttpServer({ express });
    const response = await ask('/health/live', { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  test('what authenticate throws is a failure without its words', async () => {
    const { ask } = await openHttpServer({
      express,
      router: { authenticate: () => Promise.reject(new Error('secret of /etc/keys')) },
    });
    const response = await ask('/artifacts/01900000-0000-7000-8000-000000000000');
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL' });
    expect(text).not.toMatch(/secret|etc|stack/);
  });
});

test('without a word about who may ask there is no router', async () => {
  const { pipeline } = await openTestPipeline(idle);
  expect(() => pubpipeRouter(pipeline, {})).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  expect(() => pubpipeRouter(pipeline, { allowAnonymous: true, authenticate: () => undefined })).toThrow(PubpipeError);
  expect(pubpipeRouter(pipeline, { allowAnonymous: true })).toBeTypeOf('function');
  for (const stallTimeoutMs of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => pubpipeRouter(pipeline, { allowAnonymous: true, stallTimeoutMs })).toThrow(PubpipeError);
  }
});

test('it is ready as long as the database and the artifact store answer, and says no more', async () => {
  let away = false;
  const gone = new PubpipeError('JOB_STORE_UNAVAILABLE', 'Host db-7 is away.');
  const { ask } = await openHttpServer({
    pipeline: {
      ...idle,
      aroundJobStore: (store) => failing(store, { get: () => (away ? { when: 'before', error: gone } : undefined) }),
    },
  });
  const ready = await ask('/health/ready', { tenant: '' });
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok' }]);
  away = true;
  await expect
    .poll(
      async () => {
        const response = await ask('/health/ready', { tenant: '' });
        return [response.status, await response.json()];
      },
      { timeout: 10_000 },
    )
    .toEqual([503, { status: 'unavailable' }]);
});

test('a request id comes back, is made of a trace, or is new; one that could do harm is not taken', async () => {
  const { ask } = await openHttpServer();
  const idOf = async (headers: Record<string, string>) =>
    (await ask('/health/live', { headers })).headers.get('x-request-id');
  expect(await idOf({ 'X-Request-Id': 'order-7/42' })).toBe('order-7/42');
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  expect(await idOf({ traceparent: `00-${trace}-00f067aa0ba902b7-01` })).toBe(trace);
  const form = /^[0-9a-f-]{36}$/;
  expect(await idOf({})).toMatch(form);
  expect(await idOf({ 'X-Request-Id': 'a b<script>' })).toMatch(form);
  expect(await idOf({ 'X-Request-Id': 'x'.repeat(129) })).toMatch(form);
  expect(await idOf({ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` })).toMatch(form);
});
