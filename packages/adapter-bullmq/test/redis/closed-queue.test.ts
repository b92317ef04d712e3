import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type RedisServer, startRedisServer } from '../../../../test/kit/redis-server.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server?.stop());

/** A process with a queue and a consumer that waits. */
async function startWaiting() {
  const path = fileURLToPath(new URL('../fixtures/close-queue.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@pubpipe/source', path, server.url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('waiting');
  return { child, lines };
}

it('keeps no process from ending once it is closed, also with a consumer that waited', async () => {
  const { child, lines } = await startWaiting();
  child.stdin.end();
  expect((await lines.next()).value).toBe('timers: 0');
});

it('forgets connections that it has lost while it waited', async () => {
  const { child, lines } = await startWaiting();
  await server.restart({ loseData: false });
  child.stdin.write('again\n');
  expect((await lines.next()).value).toBe('waiting');
  child.stdin.end();
  expect((await lines.next()).value).toBe('timers: 0');
});
