import { once } from 'node:events';
import { Agent, type ClientRequest, createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HttpFaultProxy, startHttpFaultProxy } from './http-fault-proxy.ts';

/** What the server has read of each request that it was sent, also of those that ended early. */
let received: { method: string | undefined; body: string; headers: string[] }[];
let server: Server;
let proxy: HttpFaultProxy;
let agent: Agent;

beforeEach(async () => {
  received = [];
  server = createServer(async (incoming, response) => {
    const entry = { method: incoming.method, body: '', headers: incoming.rawHeaders };
    received.push(entry);
    incoming.setEncoding('utf8').on('data', (chunk) => {
      entry.body += chunk;
    });
    incoming.on('end', () => response.end(`${incoming.url} took ${entry.body.length}`));
    // The connection was cut: there is nobody to tell.
    incoming.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startHttpFaultProxy({ target: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  agent = new Agent({ keepAlive: true });
});
afterEach(async () => {
  agent.destroy();
  await proxy.close();
  server.closeAllConnections();
  if (server.listening) await server[Symbol.asyncDispose]();
});

function begin(method: string, path: string, headers: Record<string, string> = {}): ClientRequest {
  return request(new URL(path, proxy.endpoint), { method, headers, agent });
}

async function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  const [answer] = await once(outgoing, 'response');
  return answer as IncomingMessage;
}

async function send(method: string, path: string, body = ''): Promise<string> {
  const outgoing = begin(method, path, method === 'GET' ? {} : { 'content-length': String(body.length) });
  outgoing.end(body);
  return text(await answerTo(outgoing));
}

it('passes requests and answers on as they are, over one connection each', async () => {
  const chunked = begin('PUT', '/a%20b?x=1&y', { 'X-Mixed-Case': 'as sent' });
  chunked.write('one');
  chunked.end('two');
  expect(await text(await answerTo(chunked))).toBe('/a%20b?x=1&y took 6');
  expect(await send('GET', '/second')).toBe('/second took 0');
  expect(received[0]?.headers).toContain('X-Mixed-Case');
  expect(received[0]?.headers.join()).toContain(`Host,${new URL(proxy.endpoint).host}`);
  expect(proxy.requests).toMatchObject([
    { method: 'PUT', path: '/a%20b?x=1&y', reachedServer: 'wholly', status: 200, answerDelivered: true },
    { method: 'GET', bytes: { request: 0, answer: 14 } },
  ]);
});

it('passes a request for permission to continue on to the server', async () => {
  const outgoing = begin('PUT', '/', { expect: '100-continue', 'content-length': '4' });
  await once(outgoing, 'continue');
  outgoing.end('body');
  expect(await text(await answerTo(outgoing))).toBe('/ took 4');
});

it('resets a request before the server hears of it', async () => {
  proxy.inject({ method: 'PUT' }, { kind: 'reset' });
  await expect(send('PUT', '/', 'body')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(received).toEqual([]);
  expect(proxy.requests).toMatchObject([{ fault: { kind: 'reset' }, reachedServer: 'no', status: undefined }]);
});

it('answers by itself to the requests that match', async () => {
  const busy = { kind: 'respond', status: 503, code: 'SlowDown' } as const;
  const planned = proxy.inject({ path: 'partNumber=2' }, busy, { occurrence: 2 });
  expect(await send('PUT', '/?partNumber=2', 'x')).toBe('/?partNumber=2 took 1');
  expect(await send('PUT', '/?partNumber=1', 'x')).toBe('/?partNumber=1 took 1');
  expect(await send('PUT', '/?partNumber=2', 'x')).toContain('<Code>SlowDown</Code>');
  expect(await send('PUT', '/?partNumber=2', 'x')).toBe('/?partNumber=2 took 1');
  expect(planned.struck).toEqual([proxy.requests[2]]);
  expect(received).toHaveLength(3);
});

it('cuts a request after so many bytes of its body', async () => {
  proxy.inject({ path: /^\/cut$/ }, { kind: 'cut', of: 'request', afterBytes: 3 });
  await expect(send('PUT', '/cut', 'hello')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await expect.poll(() => received).toMatchObject([{ body: 'hel' }]);
  expect(proxy.requests).toMatchObject([{ reachedServer: 'partly', bytes: { request: 3 }, answerDelivered: false }]);
});

it('cuts an answer after so many bytes of its body', async () => {
  proxy.inject({}, { kind: 'cut', of: 'answer', afterBytes: 3, how: 'end' });
  const outgoing = begin('GET', '/cut');
  outgoing.end();
  const answer = await answerTo(outgoing);
  let body = '';
  answer.on('data', (chunk) => {
    body += chunk;
  });
  await expect(once(answer, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(body).toBe('/cu');
  expect(proxy.requests).toMatchObject([{ reachedServer: 'wholly', status: 200, answerDelivered: false }]);
});

it('loses the answer to a request that the server has carried out', async () => {
  proxy.inject({}, { kind: 'loseAnswer' });
  await expect(send('POST', '/?uploadId=1', 'all of it')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(received).toMatchObject([{ body: 'all of it' }]);
  expect(proxy.requests).toMatchObject([{ reachedServer: 'wholly', status: 200, answerDelivered: false }]);
});

it('holds a request, a part of its body, and its answer until the fault is lifted', async () => {
  const whole = proxy.inject({ path: '/whole' }, { kind: 'stall', of: 'request' });
  const part = proxy.inject({ path: '/part' }, { kind: 'stall', of: 'request', afterBytes: 2 });
  const answer = proxy.inject({ path: '/answer' }, { kind: 'stall', of: 'answer' });
  const answers = ['/whole', '/part', '/answer'].map((path) => send('PUT', path, 'body'));
  expect(await whole.tookEffect).toMatchObject({ reachedServer: 'no' });
  expect(await part.tookEffect).toMatchObject({ reachedServer: 'partly', bytes: { request: 2 } });
  expect(await answer.tookEffect).toMatchObject({ status: 200, answerDelivered: false });
  for (const { lift } of [whole, part, answer]) lift();
  expect(await Promise.all(answers)).toEqual(['/whole took 4', '/part took 4', '/answer took 4']);
});

it.each([undefined, 1000])(
  'does not pass on what was held when its client has gone (held after %s bytes)',
  async (afterBytes) => {
    const stall = proxy.inject({}, { kind: 'stall', of: 'request', ...(afterBytes && { afterBytes }) });
    const content = 'x'.repeat(1_000_000);
    const outgoing = begin('PUT', '/', { 'content-length': String(content.length) });
    const failed = once(outgoing, 'error');
    outgoing.end(content);
    const held = await stall.tookEffect;
    outgoing.destroy(new Error('changed its mind'));
    await failed;
    await expect.poll(() => held.isOver).toBe(true);
    stall.lift();
    await send('GET', '/next');
    const bytes = received.filter(({ method }) => method === 'PUT').map(({ body }) => body.length);
    expect(bytes).toEqual(afterBytes === undefined ? [] : [afterBytes]);
  },
);

it('delays a message', async () => {
  const { tookEffect } = proxy.inject({}, { kind: 'delay', of: 'request', ms: 20 });
  const answer = send('PUT', '/', 'body');
  expect(await tookEffect).toMatchObject({ reachedServer: 'no' });
  expect(await answer).toBe('/ took 4');
});

it('ends a connection that is kept open when the server ends its own', async () => {
  await send('GET', '/');
  const [socket] = Object.values(agent.freeSockets).flat();
  const ended = once(socket ?? agent, 'close');
  server.closeAllConnections();
  await ended;
  await server[Symbol.asyncDispose]();
  await expect(send('GET', '/')).rejects.toMatchObject({ code: 'ECONNRESET' });
});
