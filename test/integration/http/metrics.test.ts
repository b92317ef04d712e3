import { createPrometheusMetrics } from '@pubpipe/core/prometheus';
import { failing } from '@pubpipe/core/testing';
import { Registry } from 'prom-client';
import { describe, expect, test, vi } from 'vitest';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { JobAnswer } from './support/answer.ts';
import { expressVersions, openHttpServer, type TestServerOptions } from './support/open-http-server.ts';
import { openRawConnection } from './support/raw-exchange.ts';
import { submit } from './support/submit.ts';

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
      before: (app) => app.use((_request, response, next) => void (response.once('close', leave), next())),
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

test('a registry without metrics of requests counts none', async () => {
  const registry = new Registry();
  const metrics = createPrometheusMetrics({ registry, http: false });
  const server = await openHttpServer({ pipeline: idle, router: { metrics } });
  expect((await server.ask('/health/live')).status).toBe(200);
  expect(await registry.metrics()).not.toContain('http_request');
});
