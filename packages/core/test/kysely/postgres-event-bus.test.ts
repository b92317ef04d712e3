import type { JobNotification } from '@pubpipe/core';
import { createPostgresEventBus, type PostgresConnection, type PostgresEventBusOptions } from '@pubpipe/core/kysely';
import { describeEventBus } from '@pubpipe/core/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import type { TestDatabase } from '../../../../test/kit/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

const patience = { timeout: 20_000 };

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return client;
}

describeEventBus('The event bus on PostgreSQL', async () => {
  const [bus, elsewhere] = [createPostgresEventBus({ connect }), createPostgresEventBus({ connect })];
  await Promise.all([bus.listening(), elsewhere.listening()]);
  return {
    bus,
    elsewhere,
    subscribed: async () => {},
    close: async () => {
      await Promise.all([bus.close(), elsewhere.close()]);
    },
  };
});

describe('the event bus on PostgreSQL', () => {
  /** A bus, and its connections so far. */
  function openBus(options: Partial<PostgresEventBusOptions> = {}) {
    const connections: Client[] = [];
    const bus = createPostgresEventBus({
      async connect() {
        const client = await connect();
        connections.push(client);
        return client;
      },
      ...options,
    });
    onTestFinished(() => bus.close());
    const received: JobNotification[] = [];
    bus.subscribe((notification) => received.push(notification));
    return { bus, received, connections };
  }

  /** What is sent over the channel, as it is sent. */
  async function tap(channel = 'pubpipe_events'): Promise<readonly string[]> {
    const payloads: string[] = [];
    const client = await connect();
    onTestFinished(() => client.end());
    client.on('notification', ({ payload }) => payloads.push(payload ?? ''));
    await client.query(`LISTEN ${channel}`);
    return payloads;
  }

  const note = (jobId: string, ended = false, tenant = 'print-shop'): JobNotification => ({ tenant, jobId, ended });

  it('takes the Client of pg', () => {
    expectTypeOf<Client>().toExtend<PostgresConnection>();
  });

  it('connects again when its connection is lost, and sends what was published meanwhile', async () => {
    const [here, there] = [openBus(), openBus()];
    await Promise.all([here.bus.listening(), there.bus.listening()]);
    const administrator = await connect();
    await administrator.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'LISTEN%'`);
    await administrator.end();
    for (const { connections } of [here, there]) await vi.waitFor(() => expect(connections).toHaveLength(2), patience);
    await there.bus.listening();
    here.bus.publish(note('a'));
    await vi.waitFor(() => expect(there.received).toEqual([note('a')]), patience);
    expect(here.received).toEqual([note('a')]);
  });

  it('waits longer from try to try while there is no server, tells this process meanwhile, and others then', async () => {
    const waits: unknown[] = [];
    const logger = {
      debug() {},
      info() {},
      error() {},
      warn: (facts: object) => waits.push(Reflect.get(facts, 'retryInMs')),
    };
    let isAway = true;
    const here = openBus({
      logger,
      maxReconnectMs: 300,
      async connect() {
        if (isAway) throw new Error('The server is away.');
        return await connect();
      },
    });
    const there = openBus();
    await there.bus.listening();
    here.bus.publish(note('a'));
    here.bus.publish(note('a', true));
    await vi.waitFor(() => expect(here.received).toEqual([note('a'), note('a', true)]), patience);
    await vi.waitFor(() => expect(waits).toEqual([100, 200, 300, 300]), patience);
    isAway = false;
    await vi.waitFor(() => expect(there.received).toEqual([note('a', true)]), patience);
  });

  it('gives up a connection that does not answer', async () => {
    const silent = { query: () => new Promise(() => undefined), on: () => undefined, end: async () => undefined };
    let tries = 0;
    const here = openBus({
      timeoutMs: 20,
      async connect() {
        tries += 1;
        return tries === 1 ? silent : await connect();
      },
    });
    // Connecting itself may take longer than that, and is then tried again.
    await here.bus.listening();
    expect(tries).toBeGreaterThanOrEqual(2);
  });

  it('sends the notifications of a job as one, and ids only, in messages that PostgreSQL takes', async () => {
    const payloads = await tap();
    const [here, there] = [openBus(), openBus()];
    await Promise.all([here.bus.listening(), there.bus.listening()]);
    for (let count = 0; count < 100; count += 1) here.bus.publish(note('same', count === 50));
    await vi.waitFor(() => expect(there.received).toEqual([note('same', true)]), patience);
    expect(payloads).toHaveLength(1);
    const many = Array.from({ length: 1_000 }, (_, index) =>
      note(`job-${index}`, false, `Dänemark ${'ø'.repeat(index % 90)}`),
    );
    for (const notification of many) here.bus.publish(notification);
    here.bus.publish(note('unsendable', false, 'x'.repeat(8_000)));
    here.bus.publish(note('last'));
    await vi.waitFor(() => expect(there.received.at(-1)).toEqual(note('last')), patience);
    expect(there.received.slice(1)).toEqual([...many, note('last')]);
    expect(payloads.length).toBeLessThan(40);
    for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
  });

  it('sends what is published the moment it listens', async () => {
    const there = openBus();
    await there.bus.listening();
    for (let count = 0; count < 5; count += 1) {
      const here = openBus();
      await here.bus.listening();
      here.bus.publish(note(`job-${count}`));
      await vi.waitFor(() => expect(there.received.at(-1)).toEqual(note(`job-${count}`)), patience);
    }
  });

  it('is not disturbed by what others send over its channel', async () => {
    const here = openBus({ channel: 'my_channel' });
    await here.bus.listening();
    const client = await connect();
    onTestFinished(() => client.end());
    for (const payload of ['', 'hello', '{}', '[1]', '["x",[1]]', '["x",null]']) {
      await client.query('SELECT pg_notify($1, $2)', ['my_channel', payload]);
    }
    const there = openBus({ channel: 'my_channel' });
    await there.bus.listening();
    there.bus.publish(note('a'));
    await vi.waitFor(() => expect(here.received).toEqual([note('a')]), patience);
  });

  it('closes its connection, also while it connects', async () => {
    const opened: Client[] = [];
    const here = openBus();
    await here.bus.listening();
    const { promise: mayConnect, resolve } = Promise.withResolvers<void>();
    const connecting = openBus({
      async connect() {
        await mayConnect;
        const client = await connect();
        opened.push(client);
        return client;
      },
    });
    const closing = Promise.all([here.bus.close(), connecting.bus.close()]);
    resolve();
    await closing;
    await expect(connecting.bus.listening()).rejects.toMatchObject({ code: 'CLOSED' });
    for (const client of [...here.connections, ...opened]) {
      await expect(client.query('SELECT 1')).rejects.toThrow();
    }
    expect(opened).toHaveLength(1);
  });

  it.each([{ channel: 'a"b' }, { channel: '' }, { maxReconnectMs: 0 }, { timeoutMs: -1 }])('refuses %o', (options) => {
    expect(() => createPostgresEventBus({ connect, ...options })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });
});
