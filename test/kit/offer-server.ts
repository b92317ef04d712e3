import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that is started when somebody first asks for it. */
export interface OfferedServer {
  /** Where {@link askForServer} asks for it. */
  readonly address: string;
  /** Stops the server if it was started. */
  close(): Promise<void>;
}

/** What a server's users need to know, and how it is stopped. */
export interface StartedServer<Access> {
  readonly access: Access;
  stop(): Promise<void>;
}

/**
 * Offers a server to all test files of a run, which are processes of their own. Most runs of a part of
 * the tests need none, so it is started for the first file that asks.
 */
export async function offerServer<Access>(start: () => Promise<StartedServer<Access>>): Promise<OfferedServer> {
  let started: Promise<StartedServer<Access>> | undefined;
  const desk = createServer(async (_, response) => {
    try {
      started ??= start();
      response.end(JSON.stringify((await started).access));
    } catch (error) {
      // Each test file that needs the server fails with this.
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  return {
    address: `http://127.0.0.1:${(desk.address() as AddressInfo).port}`,
    async close() {
      desk.close();
      desk.closeAllConnections();
      // Whoever asked for a server that could not start has been told.
      const server = await started?.catch(() => undefined);
      await server?.stop();
    },
  };
}

/** Asks for a server that is offered; rejects where it could not start: tests that need it fail. */
export async function askForServer<Access>(address: string): Promise<Access> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Access;
}
