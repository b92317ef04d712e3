import { startBullMQWorker } from '@pubpipe/adapter-bullmq';
import { expect, it, vi } from 'vitest';
import { notingCopies } from '../support/noting-copies.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();

it.each([{ leaseMs: 0 }, { eventPollMs: 0 }, { transfersPerJob: 0 }])(
  'leaves no connection when it refuses %o',
  async (wrong) => {
    const { connection, copies } = notingCopies(redis().connection);
    const notUsed = {} as never;
    const renderer = { slots: 1 } as never;
    const parts = { jobStore: notUsed, artifactStore: notUsed, scratchSpace: notUsed, renderer };
    const starting = () => startBullMQWorker({ ...parts, connection, prefix: redis().prefix, ...wrong });
    expect(starting).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    expect(copies.length).toBeGreaterThan(0);
    await vi.waitFor(() => expect(new Set(copies.map(({ status }) => status))).toEqual(new Set(['end'])), 10_000);
  },
);
