import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTcpFaultProxy, type TcpFaultProxy } from './tcp-fault-proxy.ts';

let echo: Server;
let proxy: TcpFaultProxy;
let failures: unknown[];

beforeEach(async () => {
  failures = [];
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', (error) => failures.push(error));
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startTcpFaultProxy({ target: { host: '127.0.0.1', port: (echo.address() as AddressInfo).port } });
});
afterEach(async () => {
  await proxy.close();
  await echo[Symbol.asyncDispose]();
});

const open = (): Socket => connect({ host: proxy.host, port: proxy.port, allowHalfOpen: true });
const firstChunk = async (socket: Socket) => String((await once(socket, 'data'))[0]);

it('passes bytes both ways, and the end of one direction', async () => {
  const client = open();
  client.end('hello');
  expect(await text(client)).toBe('hello');
  expect(proxy.connections).toMatchObject([{ bytes: { toTarget: 5, toClient: 5 } }]);
});

it('refuses the connections that it is told to', async () => {
  proxy.inject({ kind: 'refuse' }, { occurrence: 2, times: 2 });
  const ends = [];
  for (let index = 0; index < 4; index += 1) {
    const client = open();
    client.end('x');
    ends.push(await text(client).catch((error) => error.code));
  }
  expect(ends).toEqual(['x', 'ECONNRESET', 'ECONNRESET', 'x']);
});

it('cuts a connection after so many bytes of either direction', async () => {
  proxy.inject({ kind: 'cut', of: 'toClient', afterBytes: 4, how: 'end' });
  const reader = open();
  reader.write('hello');
  expect(await text(reader)).toBe('hell');
  reader.destroy();

  const { tookEffect } = proxy.inject({ kind: 'cut', of: 'toTarget', afterBytes: 4 });
  const writer = open();
  writer.write('hello');
  await expect(text(writer)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await tookEffect).toMatchObject({ bytes: { toTarget: 4 }, isOpen: false });
  await expect.poll(() => failures).toMatchObject([{ code: 'ECONNRESET' }]);
});

it('holds one direction until the fault is lifted', async () => {
  const stall = proxy.inject({ kind: 'stall', of: 'toClient', afterBytes: 2 });
  const client = open();
  client.write('hello');
  const connection = await stall.tookEffect;
  expect(await firstChunk(client)).toBe('he');
  expect(connection.bytes).toEqual({ toTarget: 5, toClient: 2 });
  stall.lift();
  expect(await firstChunk(client)).toBe('llo');
  client.destroy();
});

it('delays chunks', async () => {
  const { tookEffect } = proxy.inject({ kind: 'delay', of: 'toTarget', ms: 20 });
  const client = open();
  client.end('hello');
  expect((await tookEffect).bytes.toTarget).toBe(0);
  expect(await text(client)).toBe('hello');
});

it('freezes and thaws connections that are open, and new ones', async () => {
  const early = open();
  early.write('1');
  await firstChunk(early);
  proxy.freeze();
  const late = open();
  early.write('2');
  late.write('3');
  await expect.poll(() => proxy.connections).toHaveLength(2);
  expect(proxy.connections.map(({ bytes }) => bytes.toTarget)).toEqual([1, 0]);
  const both = Promise.all([firstChunk(early), firstChunk(late)]);
  proxy.thaw();
  expect(await both).toEqual(['2', '3']);
  early.destroy();
  late.destroy();
});

it('resets what is open, and shows a target that is gone', async () => {
  const client = open();
  client.write('x');
  await firstChunk(client);
  proxy.resetAll();
  await expect(once(client, 'data')).rejects.toMatchObject({ code: 'ECONNRESET' });

  echo.close();
  await expect(text(open())).rejects.toMatchObject({ code: 'ECONNRESET' });
});
