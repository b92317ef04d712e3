import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PubpipeRouterOptions, pubpipeRouter } from '@pubpipe/adapter-express';
import type { Pipeline } from '@pubpipe/core';
import express5, { type Express } from 'express';
import { onTestFinished } from 'vitest';
import type { Answer } from './answer.ts';
import { documentedFailures } from './documented-failures.ts';

/** How a router is mounted, and what is around it. */
export interface ServeOptions {
  readonly express?: typeof express5;
  readonly router?: PubpipeRouterOptions;
  readonly mountPath?: string;
  /** What Node's own server is told. */
  readonly node?: ServerOptions;
  /** Mounts what comes before the router. */
  readonly before?: (app: Express) => void;
  /** Mounts what comes behind the router. */
  readonly after?: (app: Express) => void;
}

/** A pipeline's routes behind a real server on a free port, until the test has finished. Tenants are named by `X-Tenant`. */
export async function serveRouter(pipeline: Pipeline, options: ServeOptions = {}) {
  const { express = express5, mountPath = '/print', router: routerOptions = {} } = options;
  const router = pubpipeRouter(pipeline, {
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
  const failures = documentedFailures(pipeline, routerOptions);
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
  return { server, port, origin, router, ask };
}

function tenantOf(request: IncomingMessage) {
  const tenant = request.headers['x-tenant'];
  return typeof tenant === 'string' ? { tenant } : undefined;
}
