import { Agent } from 'node:http';
import { parseArtifactKey } from '@pubpipe/core';
import { collectBytes, deterministicBytes, inChunks, sha256Of, sha256OfContent } from '@pubpipe/core/testing';
import { describe, expect, it } from 'vitest';
import { useS3Bucket } from '../support/s3-bucket.ts';

const bucket = useS3Bucket();
const key = parseArtifactKey('document.pdf');
const bytes = deterministicBytes(8_000_000);
const get = { method: 'GET', path: 'document.pdf' };

async function openFaultyStore(options: { readonly idleTimeoutMs?: number } = {}) {
  const agent = new Agent({ keepAlive: true });
  const { proxy, client } = await bucket().openProxy({ requestHandler: { httpAgent: agent } });
  const store = bucket().openStore({ client, retryDelayMs: 1, ...options });
  await store.put(key, inChunks(bytes));
  return { proxy, store, agent };
}

describe('a read', () => {
  it.each(['reset', 'end'] as const)('whose connection ends midway rejects: %s', async (how) => {
    const { proxy, store } = await openFaultyStore();
    proxy.inject(get, { kind: 'cut', of: 'answer', afterBytes: 3_000_000, how });

    const { body, contentLength } = await store.get(key);

    expect(contentLength).toBe(bytes.byteLength);
    await expect(collectBytes(body)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('that the server leaves waiting for bytes rejects', async () => {
    const { proxy, store } = await openFaultyStore({ idleTimeoutMs: 100 });
    proxy.inject(get, { kind: 'stall', of: 'answer', afterBytes: 1_000_000 });
    const { body } = await store.get(key);

    await expect(collectBytes(body)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { idleTimeoutMs: 100 },
    });
  });

  it.each([
    { fails: 'is told SlowDown', fault: { kind: 'respond', status: 503, code: 'SlowDown' } as const },
    { fails: 'is reset', fault: { kind: 'reset' } as const },
    { fails: 'has no answer', fault: { kind: 'loseAnswer' } as const },
  ])('that $fails before its first byte is opened by another try', async ({ fault }) => {
    const { proxy, store } = await openFaultyStore();
    const planned = proxy.inject(get, fault);

    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
    expect(planned.struck).toHaveLength(1);
  });

  it('frees its connection when it is left early, aborted, or never begun', async () => {
    const { store, agent } = await openFaultyStore();
    for await (const chunk of (await store.get(key)).body) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    await (await store.get(key)).body[Symbol.asyncIterator]().return?.();
    const controller = new AbortController();
    const aborted = (await store.get(key, { signal: controller.signal })).body[Symbol.asyncIterator]();
    controller.abort();
    await expect(aborted.next()).rejects.toMatchObject({ code: 'CANCELLED' });
    await store.get(key);

    await store.close();

    await expect.poll(() => Object.values(agent.sockets).flat()).toEqual([]);
  });
});

describe('other requests', () => {
  it('are tried again when they fail for a passing reason', async () => {
    const { proxy, store } = await openFaultyStore();
    const busy = { kind: 'respond', status: 503, code: 'SlowDown' } as const;
    const planned = [{ method: 'HEAD' }, { method: 'DELETE' }, { method: 'GET', path: 'list-type=2' }].map((match) =>
      proxy.inject(match, busy),
    );

    expect(await store.head(key)).toMatchObject({ byteSize: bytes.byteLength });
    expect(await Array.fromAsync(store.list())).toHaveLength(1);
    await store.delete(key);

    expect(planned.map(({ struck }) => struck.length)).toEqual([1, 1, 1]);
    expect(await Array.fromAsync(store.list())).toEqual([]);
  });

  it('are not tried again for ever', async () => {
    const { proxy, store } = await openFaultyStore();
    const failing = { kind: 'respond', status: 500, code: 'InternalError' } as const;
    const planned = proxy.inject({ method: 'HEAD' }, failing, { times: Number.POSITIVE_INFINITY });

    await expect(store.head(key)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', details: { status: 500 } });

    expect(planned.struck).toHaveLength(3);
  });
});
