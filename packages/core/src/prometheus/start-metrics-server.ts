import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry, RegistryContentType } from 'prom-client';
import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import { type Logger, silentLogger } from '../ports/logger.ts';

/** Options of {@link startMetricsServer}. */
export interface MetricsServerOptions {
  readonly registry: Pick<Registry<RegistryContentType>, 'metrics' | 'contentType'>;
  /** The port; 0 takes a free one. */
  readonly port: number;
  /**
   * The address to listen on. There is no authentication: what is not loopback should be reachable for Prometheus
   * alone. @defaultValue '127.0.0.1'
   */
  readonly host?: string | undefined;
  /** Hears when the metrics can't be read. @defaultValue writes nothing */
  readonly logger?: Pick<Logger, 'warn'> | undefined;
}

/** A server of metrics. */
export interface MetricsServer {
  /** Where they are, such as `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  /** Ends the server and its connections. The registry stays as it is. Idempotent. */
  close(): Promise<void>;
}

/** A scraper sends a few hundred bytes at once and keeps one connection: whoever does otherwise gets little of us. */
const bounds = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 8_192,
} as const;
const maxConnections = 32;
const idleMs = 90_000;

/**
 * Serves `GET /metrics` and nothing else, for a worker, which has no other server.
 *
 * @throws PubpipeError `INVALID_INPUT` when the port is not one, or can't be listened on; `cause` says why.
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { registry, port, host = '127.0.0.1', logger = silentLogger } = options;
  checkWholeNumbers({ port }, { least: 0, most: 65_535 });
  const server = createServer(bounds, (request, response) => {
    answer(registry, request, response).catch((error: unknown) => {
      logger.warn({ err: error }, 'the metrics could not be read');
      if (!response.headersSent) end(response, 500, 'The metrics could not be read.\n');
    });
  });
  server.maxConnections = maxConnections;
  server.setTimeout(idleMs);
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw new PubpipeError('INVALID_INPUT', 'The metrics server can not listen there.', {
      details: { host, port },
      cause: error,
    });
  });
  // Such as too many open files: the connection is lost, and no reason to end the worker.
  server.on('error', (error) => logger.warn({ err: error }, 'the metrics server lost a connection'));
  const { address, family, port: taken } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return Object.freeze({
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/metrics`,
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  });
}

async function answer(
  registry: MetricsServerOptions['registry'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url?.split('?', 1)[0] !== '/metrics') return end(response, 404, 'The metrics are at /metrics.\n');
  if (request.method !== 'GET') {
    response.setHeader('Allow', 'GET');
    return end(response, 405, 'Metrics can only be read.\n');
  }
  const text = await registry.metrics();
  end(response, 200, text, registry.contentType);
}

function end(response: ServerResponse, status: number, text: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // What a client goes on to send is nobody's.
    ...(status === 200 ? {} : { Connection: 'close' }),
  });
  response.end(text);
}
