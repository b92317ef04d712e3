import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { FaultPlan, type FaultTiming, type PlannedFault } from './fault-plan.ts';
import { HttpExchange } from './http-exchange.ts';
import { type HttpFault, isMatch, type ProxiedRequest, type RequestMatch } from './http-fault.ts';
import { ServerConnection } from './server-connection.ts';

/** Stands between clients and an HTTP server, such as one of S3, and harms their requests as a test says. */
export interface HttpFaultProxy {
  /** What clients take as the address of the server. */
  readonly endpoint: string;
  /** All requests so far, in the order of their arrival. */
  readonly requests: readonly ProxiedRequest[];
  /** Plans a fault for the next request that matches, or for those that `timing` says. */
  inject(match: RequestMatch, fault: HttpFault, timing?: FaultTiming): PlannedFault<HttpFault, ProxiedRequest>;
  close(): Promise<void>;
}

/**
 * Starts a proxy on a free loopback port. Each connection of a client has one of its own to the server,
 * and both end together, so that a server that goes away is seen as without a proxy.
 */
export async function startHttpFaultProxy(options: { readonly target: string }): Promise<HttpFaultProxy> {
  const target = new URL(options.target);
  if (target.protocol !== 'http:') throw new Error(`The fault proxy reads along: it needs http:, not ${target.href}`);
  const plan = new FaultPlan<HttpFault, ProxiedRequest>();
  const requests: ProxiedRequest[] = [];
  const connections = new WeakMap<Socket, ServerConnection>();

  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket) ?? new ServerConnection(request.socket);
    connections.set(request.socket, connection);
    const exchange = new HttpExchange(request, response);
    requests.push(exchange);
    const planned = plan.strike(exchange);
    void connection.use(() => exchange.run(target, connection, planned));
  };

  const server = createServer(serve);
  server.on('checkContinue', serve);
  // No connection ends because the proxy found it slow.
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    inject: (match, fault, timing) => plan.add(fault, (request) => isMatch(match, request), timing),
    async close() {
      server.close();
      server.closeAllConnections();
      plan.liftAll();
      await once(server, 'close');
    },
  };
}
