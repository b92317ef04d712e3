import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A loopback port that nothing listens on, for a server that cannot choose one itself. It lies below
 * the range that the kernel takes ports of outgoing connections from: nothing gets it by accident
 * while the server is down and about to be started again.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new Error('No free loopback port between 20000 and 32000 in 100 attempts');
}

/** Whether nothing listens on a loopback port. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen({ host: '127.0.0.1', port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
