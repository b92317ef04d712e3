import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { isFree } from './free-port.ts';

it('tells a port that something listens on from a free one', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  await expect(isFree(port)).resolves.toBe(false);

  server.close();
  await once(server, 'close');
  await expect(isFree(port)).resolves.toBe(true);
});
