import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

/** A server that listens. */
interface StartedServer {
  /** Such as `http://127.0.0.1:3000`. */
  readonly origin: string;
  /** Takes no further request, waits for those under way, and cuts off what has not ended by then. */
  close(options: { readonly drainMs: number }): Promise<void>;
}

/** Starts to listen; rejects where that can't be done. */
export async function startServer(app: Express, at: { readonly host: string; readonly port: number }) {
  const server = createServer(app);
  server.listen(at.port, at.host);
  await once(server, 'listening');
  const { address, family, port } = server.address() as AddressInfo;
  const started: StartedServer = {
    origin: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: ({ drainMs }) => drain(server, drainMs),
  };
  return started;
}

async function drain(server: Server, drainMs: number): Promise<void> {
  // A connection whose request has ended would wait for another one, which nobody answers any more.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  await new Promise((resolve) => server.close(resolve));
  clearInterval(idle);
  clearTimeout(cut);
}
