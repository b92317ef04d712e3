import { once } from 'node:events';
import { connect } from 'node:net';
import type { Logger } from '@pubpipe/core';
import { createPrometheusMetrics, startMetricsServer } from '@pubpipe/core/prometheus';
import { Registry } from 'prom-client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

async function open(options: Partial<Parameters<typeof startMetricsServer>[0]> = {}) {
  const registry = new Registry();
  createPrometheusMetrics({ registry });
  const server = await startMetricsServer({ registry, port: 0, ...options });
  onTestFinished(() => server.close());
  return { server, url: server.url, port: Number(new URL(server.url).port) };
}

describe('the server of metrics', () => {
  it('serves what the registry has, on loopback, as Prometheus reads it', async () => {
    const { url } = await open();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toContain('jobs_total{type="render",outcome="completed"} 0');
    expect((await fetch(`${url}?name=jobs_total`)).status).toBe(200);
  });

  it.each(['/', '/metrics/', '/metrics/../health', '//metrics', '/%6Detrics'])('has nothing at %s', async (path) => {
    const { port } = await open();
    expect(await exchange(port, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it.each(['POST', 'HEAD', 'DELETE', 'OPTIONS'])('refuses %s, and ends the connection', async (method) => {
    const { port } = await open();
    const answer = await exchange(port, `${method} /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).toContain('Allow: GET');
  });

  it('ends a connection whose headers are too long, or never come', async () => {
    const { port } = await open();
    const long = `GET /metrics HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`;
    expect(await exchange(port, long)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await exchange(port, 'GET /metrics HTTP/1.1\r\nHost: a\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('says that the metrics can not be read, and nothing of why, which the log has', async () => {
    const error = new Error('a secret');
    const warn = vi.fn<Logger['warn']>();
    const metrics = () => Promise.reject(error);
    const { url } = await open({
      registry: { metrics, contentType: Registry.PROMETHEUS_CONTENT_TYPE },
      logger: { warn },
    });
    const answer = await fetch(url);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret');
    expect(warn).toHaveBeenCalledWith({ err: error }, expect.any(String));
  });

  it('ends open connections when it is closed, and is closed for good', async () => {
    const { server, port, url } = await open();
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const ended = once(socket, 'close');
    await server.close();
    await ended;
    await server.close();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('refuses a port that is taken, or none', async () => {
    const { port } = await open();
    await expect(open({ port })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { host: '127.0.0.1', port },
      cause: { code: 'EADDRINUSE' },
    });
    await expect(open({ port: 65_536 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

/** Sends text as it is, and reads until the server ends the connection. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
