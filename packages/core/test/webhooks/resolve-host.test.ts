import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { resolveBy } from '../../src/webhooks/resolve-host.ts';

const kinds = { 1: 'A', 28: 'AAAA' } as const;
type Records = Readonly<Record<string, { readonly A?: readonly string[]; readonly AAAA?: readonly string[] }>>;

/** The bytes of an address, as a record has them. */
const bytesOf = (address: string): readonly number[] =>
  address.includes(':')
    ? address.split(':').flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff])
    : address.split('.').map(Number);

/** A name server (RFC 1035) that knows `records`, and says nothing about any other name. */
async function openNameServer(records: Records): Promise<Resolver> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const known = records[labels.join('.')];
    if (known === undefined) return;
    const question = query.subarray(12, at + 5);
    const type = query.readUInt16BE(at + 1) as keyof typeof kinds;
    const answers = (known[kinds[type]] ?? []).map((address) => {
      const bytes = bytesOf(address);
      return Buffer.from([0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes]);
    });
    const head = Buffer.from([0, 0, 0x81, 0x80, 0, 1, 0, answers.length, 0, 0, 0, 0]);
    query.copy(head, 0, 0, 2);
    socket.send(Buffer.concat([head, question, ...answers]), port, '127.0.0.1');
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  const resolver = new Resolver({ timeout: 60_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return resolver;
}

const patient = new AbortController().signal;

it('finds all addresses of a host, of both kinds or of one', async () => {
  const resolver = await openNameServer({
    'both.test': { A: ['93.184.215.14', '10.0.0.1'], AAAA: ['2606:4700:4700:0:0:0:0:1111'] },
    'four.test': { A: ['93.184.215.14'] },
    'none.test': {},
  });
  expect(await resolveBy(resolver, 'both.test', patient)).toEqual([
    '93.184.215.14',
    '10.0.0.1',
    '2606:4700:4700::1111',
  ]);
  expect(await resolveBy(resolver, 'four.test', patient)).toEqual(['93.184.215.14']);
  expect(await resolveBy(resolver, 'none.test', patient)).toEqual([]);
  expect(await resolveBy(resolver, '127.0.0.1', patient)).toEqual(['127.0.0.1']);
});

it('waits for a name server that is silent no longer than it may', async () => {
  const resolver = await openNameServer({});
  const ending = new AbortController();
  const looking = resolveBy(resolver, 'silent.test', ending.signal);
  ending.abort();
  await expect(looking).rejects.toMatchObject({ code: 'CANCELLED' });
});

it("does not know the machine's own names of hosts", async () => {
  const resolver = await openNameServer({ localhost: {} });
  expect(await resolveBy(resolver, 'localhost', patient)).toEqual([]);
});
