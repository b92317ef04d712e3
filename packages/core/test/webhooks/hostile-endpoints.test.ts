import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createWebhooks, startWebhooks } from '@pubpipe/core/webhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findFreePort } from '../../../../test/kit/free-port.ts';
import { tenant } from '../support/some-jobs.ts';
import {
  type Answer,
  answering,
  fast,
  hanging,
  onThisMachine,
  openReceiver,
  openWebhookScene,
  verified,
} from '../support/webhook-scene.ts';

const cutOff: Answer = (response) => void response.destroy();

const onceOnly = { ...fast, retry: { maxAttempts: 1 } };

/** A server that takes connections and does what it is told with them. */
async function openSocketServer(take: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    take(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { port, sockets, url: `http://127.0.0.1:${port}/` };
}

/** What a server may do with a connection, and what then has failed. */
const strangers: readonly (readonly [string, string, (socket: Socket) => void])[] = [
  ['says nothing at all', 'timeout', () => undefined],
  ['speaks another language', 'unreachable', (socket) => void socket.write('220 mail.example ESMTP\r\n')],
  [
    'sends headers without end',
    'unreachable',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      for (let index = 0; index < 3_000; index += 1) socket.write(`X-${index}: ${'x'.repeat(100)}\r\n`);
    },
  ],
  [
    'wants to change the protocol',
    'timeout',
    (socket) => void socket.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  ],
];

describe('an endpoint that does not do what it should', () => {
  it('and answers with a redirect is not followed', async () => {
    const target = await openReceiver(answering(200));
    const receiver = await openReceiver(answering(302, { Location: target.url }));
    const scene = await openWebhookScene('sqlite', onThisMachine([receiver, target]));
    const { endpoint } = await scene.create(receiver.url);
    await scene.start(onceOnly);
    await scene.submit();
    await scene.untilStates(endpoint.id, ['dead']);
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ lastStatus: 302, lastError: 'redirect' }]);
    expect(target.messages).toEqual([]);
  });

  it.each([
    ['never answers', 'timeout', hanging],
    ['is cut off before its answer', 'unreachable', cutOff],
  ] as const)('and %s has failed: %s', async (_, error, answer) => {
    const receiver = await openReceiver(answer);
    const scene = await openWebhookScene('sqlite', onThisMachine([receiver]));
    const { endpoint } = await scene.create(receiver.url);
    await scene.start({ ...onceOnly, timeoutMs: 300 });
    await scene.submit();
    await scene.untilStates(endpoint.id, ['dead']);
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ lastStatus: undefined, lastError: error }]);
  });

  it.each(strangers)('and %s has failed: %s', async (_, error, take) => {
    const server = await openSocketServer(take);
    const scene = await openWebhookScene('sqlite', onThisMachine([server]));
    const { endpoint } = await scene.create(server.url);
    await scene.start({ ...onceOnly, timeoutMs: 500 });
    await scene.submit();
    await scene.untilStates(endpoint.id, ['dead']);
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ lastError: error }]);
  });

  it('and where nobody listens has failed: unreachable', async () => {
    const port = await findFreePort();
    const scene = await openWebhookScene('sqlite', onThisMachine([{ port }]));
    const { endpoint } = await scene.create(`http://127.0.0.1:${port}/`);
    await scene.start(onceOnly);
    await scene.submit();
    await scene.untilStates(endpoint.id, ['dead']);
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ lastError: 'unreachable' }]);
  });

  it('and answers without end is taken at its first word, and not listened to any longer', async () => {
    let isCutOff = false;
    const receiver = await openReceiver((response) => {
      response.writeHead(200);
      response.on('close', () => {
        isCutOff = true;
      });
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
        response.once('drain', pour);
      };
      pour();
    });
    const scene = await openWebhookScene('sqlite', onThisMachine([receiver]));
    const { endpoint } = await scene.create(receiver.url);
    await scene.start(onceOnly);
    await scene.submit();
    await scene.untilStates(endpoint.id, ['delivered']);
    await expect.poll(() => isCutOff).toBe(true);
  });

  it.each([
    ['of another tenant, not even when it takes for ever', 'competitor', 600_000],
    ['of its own tenant for longer than its first attempts take', tenant, 300],
  ] as const)('does not hold up others %s, however much waits for it', async (_, owner, timeoutMs) => {
    const hung = await openReceiver(hanging);
    const sound = await openReceiver(answering(200));
    const scene = await openWebhookScene('sqlite', onThisMachine([hung, sound]));
    const hungIds: string[] = [];
    for (let index = 0; index < 6; index += 1) hungIds.push((await scene.create(hung.url)).endpoint.id);
    const { endpoint } = await scene.create(sound.url, owner);
    for (let index = 0; index < 10; index += 1) await scene.submit();
    if (owner !== tenant) for (let index = 0; index < 10; index += 1) await scene.submit({ owner });
    await scene.start({ ...fast, concurrency: 16, perEndpoint: 2, timeoutMs, retry: { baseDelayMs: 60_000 } });
    await scene.untilStates(
      endpoint.id,
      Array.from({ length: 10 }, () => 'delivered'),
      owner,
    );
    // It was not that they came after all that waits for the others.
    const untried = await Promise.all(
      hungIds.map(async (id) => (await scene.deliveries(id)).filter(({ attempt }) => attempt === 0).length),
    );
    expect(untried.reduce((sum, count) => sum + count)).toBeGreaterThan(0);
  });
});

describe('an address that must not be called', () => {
  const names: Record<string, readonly string[]> = {
    'mixed.test': ['127.0.0.1', '127.0.0.2'],
    'mapped.test': ['::ffff:127.0.0.1'],
    'private.test': ['10.0.0.1'],
    'metadata.test': ['169.254.169.254'],
    'nothing.test': [],
    'wrong.test': ['not an address'],
  };

  it.each(Object.keys(names))('is not, behind the name %s', async (name) => {
    const receiver = await openReceiver(answering(200));
    const scene = await openWebhookScene('sqlite', onThisMachine([receiver]));
    const { endpoint } = await scene.create(`http://${name}:${receiver.port}/`);
    await scene.start({ ...onceOnly, resolveHost: async (host) => names[host] ?? [] });
    await scene.submit();
    await scene.untilStates(endpoint.id, ['dead']);
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ lastError: 'address', lastStatus: undefined }]);
    expect(receiver.messages).toEqual([]);
  });

  it('is not by a name that stands for another one when it is asked for again', async () => {
    const receiver = await openReceiver(answering(500));
    const scene = await openWebhookScene('sqlite', onThisMachine([receiver]));
    const { endpoint } = await scene.create(`http://rebinding.test:${receiver.port}/`);
    const asked: string[] = [];
    await scene.start({
      ...fast,
      retry: { maxAttempts: 2, baseDelayMs: 1 },
      // The system knows no such name: that the first attempt gets there says that nobody asked it for one.
      async resolveHost(host) {
        asked.push(host);
        return asked.length === 1 ? ['127.0.0.1'] : ['127.0.0.2'];
      },
    });
    await scene.submit();
    await scene.untilStates(endpoint.id, ['dead']);
    expect(asked).toEqual(['rebinding.test', 'rebinding.test']);
    expect(receiver.messages).toHaveLength(1);
    expect(receiver.messages[0]?.headers['host']).toBe(`rebinding.test:${receiver.port}`);
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ attempt: 2, lastError: 'address' }]);
  });

  it('is not for a name of the machine itself, or one that no server knows', async () => {
    const receiver = await openReceiver(answering(200));
    const scene = await openWebhookScene('sqlite', onThisMachine([receiver]));
    const { endpoint } = await scene.create(`http://localhost.invalid:${receiver.port}/`);
    await scene.start({ ...onceOnly, timeoutMs: 5_000 });
    await scene.submit();
    await scene.untilStates(endpoint.id, ['dead']);
    expect((await scene.deliveries(endpoint.id))[0]?.lastError).toMatch(/address|timeout/);
    expect(receiver.messages).toEqual([]);
  });

  it('is refused at once where it stands in the URL, and once more when the options have changed', async () => {
    const receiver = await openReceiver(answering(200));
    const scene = await openWebhookScene('sqlite', onThisMachine([receiver]));
    const refused = expect.objectContaining({ code: 'INVALID_INPUT' });
    for (const host of ['127.0.0.2', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1', '0']) {
      await expect(scene.create(`http://${host}:${receiver.port}/`)).rejects.toThrow(refused);
    }
    const { endpoint } = await scene.create(receiver.url);
    const id = { tenant, id: endpoint.id };
    await expect(scene.webhooks.change(id, { url: 'http://10.0.0.1/' })).rejects.toThrow(refused);
    const sending = await startWebhooks(createWebhooks(scene.pipeline), onceOnly);
    onTestFinished(() => sending.close());
    await scene.submit();
    await scene.untilStates(endpoint.id, ['dead']);
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ lastError: 'address' }]);
    expect(receiver.messages).toEqual([]);
  });
});

describe('over TLS', () => {
  it('a message goes to who has a certificate for the name, and to nobody else', async () => {
    const identity = await makeCertificate('hooks.test');
    const receiver = await openReceiver(answering(200), identity);
    const scene = await openWebhookScene('sqlite', { ...onThisMachine([receiver]), allowHttp: false });
    const url = (name: string) => `https://${name}:${receiver.port}/`;
    const right = await scene.create(url('hooks.test'));
    const wrong = await scene.create(url('other.test'));
    await expect(scene.create(`http://hooks.test:${receiver.port}/`)).rejects.toThrow('https');
    const resolveHost = async () => ['127.0.0.1'];
    const untrusting = await scene.start({ ...onceOnly, resolveHost });
    await scene.submit();
    await scene.untilStates(right.endpoint.id, ['dead']);
    expect(await scene.deliveries(right.endpoint.id)).toMatchObject([{ lastError: 'tls' }]);
    await untrusting.close();
    await scene.start({ ...onceOnly, resolveHost, ca: [identity.cert] });
    await scene.submit();
    await scene.untilStates(right.endpoint.id, ['delivered', 'dead']);
    await scene.untilStates(wrong.endpoint.id, ['dead', 'dead']);
    expect(await scene.deliveries(wrong.endpoint.id)).toMatchObject([{ lastError: 'tls' }, { lastError: 'tls' }]);
    expect(receiver.messages).toHaveLength(1);
    verified(right.secret, receiver.messages[0]);
  });
});

/** A certificate that vouches for itself. */
async function makeCertificate(name: string): Promise<{ readonly key: string; readonly cert: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-certificate-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const kind = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' ');
  const about = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  await promisify(execFile)('openssl', ['req', ...kind, ...about, '-keyout', key, '-out', cert]);
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
}
