import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisServer, startRedisServer } from './redis-server.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server?.stop());

/** Sends one line of Redis' protocol and waits for the answer. */
function ask(line: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ host: '127.0.0.1', port: server.port }, () => socket.write(`${line}\r\n`));
  socket.on('error', reject);
  socket.on('data', (data) => {
    resolve(data.toString());
    socket.destroy();
  });
  return promise;
}

describe('a Redis server of our own', () => {
  it('keeps its data over a restart, unless it is told to lose it', async () => {
    await ask('SET key value');
    await server.restart({ loseData: false });
    expect(await ask('GET key')).toContain('value');
    await server.restart({ loseData: true });
    expect(await ask('GET key')).toBe('$-1\r\n');
  });

  it('answers nothing while it is frozen, and everything after', async () => {
    server.freeze();
    let answered = false;
    const answer = ask('PING').then((text) => {
      answered = true;
      return text;
    });
    const other = await startRedisServer();
    expect(answered).toBe(false);
    await other.stop();
    server.thaw();
    expect(await answer).toBe('+PONG\r\n');
  });
});
