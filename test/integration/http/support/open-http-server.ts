import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PubpipeRouterOptions, pubpipeRouter } from '@pubpipe/adapter-express';
import { createWebhooks, type WebhookOptions } from '@pubpipe/core/webhooks';
import express5, { type Express } from 'express';
import express4 from 'express-4';
import { onTestFinished } from 'vitest';
import { openTestPipeline, type TestPipelineOptions } from '../../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../../support/scripted-renderer.ts';
import type { Answer } from './answer.ts';
import { documentedFailures } from './documented-failures.ts';

/** The versions of Express that the adapter is for. */
export const expressVersions = [
  ['Express 5', express5],
  ['Express 4', express4],
] as const;

/** How a test's server differs from the usual one. */
export interface TestServerOptions {
  readonly express?: typeof express5;
  readonly pipeline?: Partial<TestPipelineOptions>;
  readonly router?: PubpipeRouterOptions;
  /** Mounts the routes of webhooks. */
  readonly webhooks?: WebhookOptions;
  readonly mountPath?: string;
  /** What Node's own server is told. */
  readonly node?: ServerOptions;
  /** Mounts what comes before the router. */
  readonly before?: (app: Express) => void;
  /** Mounts what comes behind the router. */
  readonly after?: (app: Express) => void;
}

/** A whole pipeline behind a real server on a free port, until the test has finished. Tenants are named by `X-Tenant`. */
export async function openHttpServer(options: TestServerOptions = {}) {
  const renderer = createScriptedRenderer(async ({ deliver }) => {
    await deliver('page-0001.png', 'a page', 1);
    await deliver('document.pdf', '%PDF-1.4');
  });
  const opened = await openTestPipeline({ renderer, ...options.pipeline });
  const { express = express5, mountPath = '/print', router: routerOptions = {} } = options;
  const webhooks = options.webhooks && createWebhooks(opened.pipeline, options.webhooks);
  const router = pubpipeRouter(opened.pipeline, {
    webhooks,
    ...(routerOptions.allowAnonymous === true ? {} : { authenticate: tenantOf }),
    ...routerOptions,
  });
  const app = express();
  options.before?.(app);
  app.use(mountPath, router);
  options.after?.(app);
  const answer = app as unknown as (request: IncomingMessage, response: ServerResponse) => void;
  const server = createServer(options.node ?? {}, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    router.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const failures = documentedFailures(opened.pipeline, { webhooks, ...routerOptions });
  /** Asks for a path below the mount path, or for a whole path that an answer has named. */
  const ask = async (path: string, init: RequestInit & { readonly tenant?: string } = {}): Promise<Answer> => {
    const { tenant = 'acme', ...rest } = init;
    const headers = new Headers(rest.headers);
    if (tenant !== '' && !headers.has('X-Tenant')) headers.set('X-Tenant', tenant);
    const whole = path.startsWith(`${mountPath}/`) ? path : `${mountPath === '/' ? '' : mountPath}${path}`;
    const response = (await fetch(`${origin}${whole}`, { redirect: 'manual', ...rest, headers })) as Answer;
    await failures.check(rest.method ?? 'GET', whole.slice(mountPath === '/' ? 0 : mountPath.length), response);
    return response;
  };
  return { ...opened, server, port, origin, router, webhooks, ask };
}

/** {@link openHttpServer}'s result. */
export type TestServer = Awaited<ReturnType<typeof openHttpServer>>;

function tenantOf(request: IncomingMessage) {
  const tenant = request.headers['x-tenant'];
  return typeof tenant === 'string' ? { tenant } : undefined;
}
