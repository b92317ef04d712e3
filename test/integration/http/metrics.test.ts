import type { IncomingMessage } from 'node:http';
import { createPrometheusMetrics } from '@pubpipe/core/prometheus';
import { failing } from '@pubpipe/core/testing';
import { Registry } from 'prom-client';
import { describe, expect, test, vi } from 'vitest';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { JobAnswer } from './support/answer.ts';
import { expressVersions, openHttpServer, type TestServerOptions } from './support/open-http-server.ts';
import { openRawConnection } from './support/raw-exchange.ts';
import { submit, uploadDocument } from './support/submit.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };

/** A server whose requests a real registry counts. */
async function openMeasured(options: TestServerOptions = {}) {
  const registry = new Registry();
  const metrics = createPrometheusMetrics({ registry });
  const server = await openHttpServer({ ...options, router: { ...options.router, metrics } });
  /** Every series of requests, as `GET /jobs/{id} 200`, with how often it was counted. */
  const counted = async (): Promise<Readonly<Record<string, number>>> => {
    const metric = await registry.getSingleMetric('http_request_duration_seconds')?.get();
    const counts = (metric?.values ?? []).filter(
      (each) => 'metricName' in each && /_count$/.test(String(each.metricName)),
    );
    return Object.fromEntries(
      counts.map(({ labels, value }) => [`${labels['method']} ${labels['route']} ${labels['status_code']}`, value]),
    );
  };
  return { ...server, registry, counted };
}

describe.each(expressVersions)('on %s', (_, express) => {
  test('each request is counted once, under its template, its method and its status', async () => {
    const server = await openMeasured({ express, pipeline: idle });
    const job = await (await submit(server)).json<JobAnswer>();
    await server.ask(job.links.self);
    await server.ask(job.links.self, { tenant: 'another' });
    await server.ask(job.links.self, { tenant: '' });
    await server.ask(job.links.self, { method: 'HEAD' });
    expect(await server.counted()).toEqual({
      'POST /artifacts 201': 1,
      'POST /jobs 202': 1,
      'GET /jobs/{id} 200': 1,
      'GET /jobs/{id} 404': 1,
      'GET /jobs/{id} 401': 1,
      'HEAD /jobs/{id} 200': 1,
    });
  });

  test('whatever matches no route is one value, and so is a method that is none of the usual ones', async () => {
    const server = await openMeasured({ express, pipeline: idle });
    for (const path of ['/a', '/b/c', '/jobs/1/2/3']) await server.ask(path);
    await server.ask('/health/live', { method: 'PROPFIND' });
    await server.ask('/health/live', { method: 'DELETE' });
    expect(await server.counted()).toEqual({
      'GET unmatched 404': 3,
      'other unmatched 405': 1,
      'DELETE unmatched 405': 1,
    });
  });

  test('an upload whose client goes away is counted, as a request without an answer', async () => {
    const server = await openMeasured({ express, pipeline: idle });
    const connection = await openRawConnection(server.port);
    const head = ['POST /print/artifacts?fileName=a.sla HTTP/1.1', 'Host: a', 'X-Tenant: acme', 'Content-Length: 1000'];
    const arrived = new Promise((resolve) => server.server.once('request', resolve));
    connection.send(`${head.join('\r\n')}\r\n\r\nthe beginning`);
    await arrived;
    connection.socket.destroy();
    await vi.waitFor(async () => expect(await server.counted()).toEqual({ 'POST /artifacts 499': 1 }), 10_000);
  });

  test('a client that goes while its answer is made is counted as gone', async () => {
    const { promise: asked, resolve: reach } = Promise.withResolvers<void>();
    const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
    const server = await openMeasured({
      express,
      pipeline: idle,
      router: {
        async authenticate() {
          reach();
          await gone;
          return { tenant: 'acme' };
        },
      },
      before: (app) =>
        app.use((_request, response, next) => {
          response.once('close', leave);
          next();
        }),
    });
    const connection = await openRawConnection(server.port);
    connection.send('GET /print/jobs HTTP/1.1\r\nHost: a\r\n\r\n');
    await asked;
    connection.socket.destroy();
    await vi.waitFor(async () => expect(await server.counted()).toEqual({ 'GET /jobs 499': 1 }), 10_000);
  });

  test('what failed here is counted as that, and what the host answers itself is not counted', async () => {
    const server = await openMeasured({
      express,
      pipeline: {
        ...idle,
        aroundJobStore: (store) => failing(store, { list: () => ({ when: 'before', error: new Error('broken') }) }),
      },
      router: { fallThrough: true },
    });
    expect((await server.ask('/jobs')).status).toBe(500);
    expect((await server.ask('/of-the-host')).status).toBe(404);
    expect(await server.counted()).toEqual({ 'GET /jobs 500': 1 });
  });
});

describe.each(expressVersions)('GET /metrics on %s', (_, express) => {
  test('is not there unless it is enabled', async () => {
    const server = await openMeasured({ express, pipeline: idle });
    expect((await server.ask('/metrics')).status).toBe(404);
  });

  test('answers whom its own guard lets in with what the registry says, whoever they are', async () => {
    const registry = new Registry();
    const metrics = createPrometheusMetrics({ registry });
    const metricsRoute = {
      registry,
      allow: ({ headers }: IncomingMessage) => headers.authorization === 'Bearer scrape',
    };
    const server = await openHttpServer({ express, pipeline: idle, router: { metrics, metricsRoute } });
    const ask = (init: RequestInit, tenant = '') => server.ask('/metrics', { tenant, ...init });
    const headers = { Authorization: 'Bearer scrape' };
    // A tenant is not thereby one who may see what is of all tenants.
    for (const refused of [
      await ask({}),
      await ask({}, 'acme'),
      await ask({ headers: { Authorization: 'Bearer x' } }),
    ]) {
      expect([refused.status, (await refused.json()).code]).toEqual([401, 'UNAUTHENTICATED']);
    }
    const seen = await ask({ headers });
    expect([seen.status, seen.headers.get('content-type')]).toEqual([200, registry.contentType]);
    expect(seen.headers.get('cache-control')).toBe('no-store');
    expect(await seen.text()).toContain(
      'http_request_duration_seconds_count{method="GET",route="/metrics",status_code="401"} 3\n',
    );
    const head = await ask({ headers, method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await ask({ headers, method: 'POST' })).status).toBe(405);
  });

  test.each([
    ['the guard throws', { allow: () => Promise.reject(new Error('secret')) }],
    [
      'the registry can not be read',
      { registry: { contentType: 'text/plain', metrics: () => Promise.reject(new Error('secret')) } },
    ],
  ])('says no more than that it failed when %s', async (_why, broken) => {
    const metricsRoute = { registry: new Registry(), allow: () => true, ...broken };
    const server = await openHttpServer({ express, pipeline: idle, router: { metricsRoute } });
    const response = await server.ask('/metrics');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  test('lets nobody in whose guard answers anything but true', async () => {
    const allow = (() => 'yes') as never;
    const server = await openHttpServer({
      express,
      pipeline: idle,
      router: { metricsRoute: { registry: new Registry(), allow } },
    });
    expect((await server.ask('/metrics')).status).toBe(401);
  });
});

test('the time that a client prefers to wait is no part of what a request took', async () => {
  const took: number[] = [];
  const metrics = { requestAnswered: ({ durationMs }: { readonly durationMs: number }) => void took.push(durationMs) };
  const server = await openHttpServer({ pipeline: idle, router: { metrics } });
  const document = await uploadDocument(server);
  const begunAt = performance.now();
  const response = await submit(server, { headers: { Prefer: 'wait=1' }, body: { document: document.id } });
  const elapsedMs = performance.now() - begunAt;
  expect(response.status).toBe(202);
  // Without a worker it waits for the whole second, which timers may cut by a little.
  expect(took.at(-1)).toBeLessThan(elapsedMs - 990);
  expect(took.at(-1)).toBeGreaterThan(0);
});

test('a registry without metrics of requests counts none', async () => {
  const registry = new Registry();
  const metrics = createPrometheusMetrics({ registry, http: false });
  const server = await openHttpServer({ pipeline: idle, router: { metrics } });
  expect((await server.ask('/health/live')).status).toBe(200);
  expect(await registry.metrics()).not.toContain('http_request');
});
