import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ContentMeter, parseArtifactKey } from '@pubpipe/core';
import { collectBytes, deterministicBytes, inChunks, sha256Of, sha256OfContent } from '@pubpipe/core/testing';
import { describe, expect, it } from 'vitest';
import { ContentBlocks } from '../../src/s3/content-blocks.ts';
import { partSizeBytes, useS3Bucket } from '../support/s3-bucket.ts';

const bucket = useS3Bucket();
const key = parseArtifactKey('document.pdf');
const bytes = deterministicBytes(4 * partSizeBytes + 1);

describe('an artifact', () => {
  it.each([
    { byteSize: 0, parts: 0 },
    { byteSize: partSizeBytes - 1, parts: 0 },
    { byteSize: partSizeBytes, parts: 0 },
    { byteSize: partSizeBytes + 1, parts: 2 },
    { byteSize: 3 * partSizeBytes - 1, parts: 3 },
    { byteSize: 3 * partSizeBytes, parts: 3 },
    { byteSize: 3 * partSizeBytes + 1, parts: 4 },
  ])('of $byteSize bytes is uploaded in $parts parts', async ({ byteSize, parts }) => {
    const { proxy, client } = await bucket().openProxy();
    const store = bucket().openStore({ client });
    const content = bytes.subarray(0, byteSize);

    expect(await store.put(key, inChunks(content, 77_777))).toEqual({ key, byteSize, sha256: sha256Of(content) });

    const sent = proxy.requests.filter(({ path }) => path.includes('partNumber='));
    expect(sent).toHaveLength(parts);
    expect(proxy.requests).toHaveLength(parts === 0 ? 1 : parts + 2);
    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(content));
  });

  it('has no more parts on their way at once than queueSize', async () => {
    const { proxy, client } = await bucket().openProxy();
    const store = bucket().openStore({ client, queueSize: 2 });
    const held = [1, 2].map((number) =>
      proxy.inject({ path: `partNumber=${number}&` }, { kind: 'stall', of: 'answer' }),
    );
    const put = store.put(key, inChunks(bytes));
    await Promise.all(held.map(({ tookEffect }) => tookEffect));

    expect(proxy.requests.filter(({ path }) => path.includes('partNumber='))).toHaveLength(2);

    for (const { lift } of held) lift();
    await put;
  });

  it('is stored with its media type, and found with an etag', async () => {
    const store = bucket().openStore();
    await store.put(key, inChunks(bytes), { mediaType: 'application/pdf' });
    const before = await store.head(key);

    await store.put(key, inChunks(bytes.subarray(1)), { mediaType: 'application/pdf' });

    expect(before.etag).toMatch(/^[^"]+$/);
    expect((await store.head(key)).etag).not.toBe(before.etag);
    const answer = await fetch(await store.presignGet(key, { expiresInMs: 60_000 }), { method: 'GET' });
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    await answer.body?.cancel();
  });

  it('too large for 10,000 parts is refused before its first byte where its length is expected', async () => {
    await expect(
      bucket()
        .openStore()
        .put(key, inChunks(bytes), { expected: { byteSize: partSizeBytes * 10_000 + 1 } }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { maxObjectBytes: partSizeBytes * 10_000 } });
  });

  it('too large for 10,000 parts is refused in flight', async () => {
    const chunks = inChunks(bytes.subarray(0, 1_001), 10);
    const blocks = new ContentBlocks({ chunks, meter: new ContentMeter(), partSizeBytes: 100, maxObjectBytes: 1_000 });

    await expect(collectBytes(blocks)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { maxObjectBytes: 1_000 },
    });
  });
});

describe('a producer of small views on large buffers', () => {
  it('can have its buffers collected while the upload goes on', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const collectGarbage = (): void => {
      // Buffers are freed beside the program: the second collection waits for what the first one found.
      collect();
      collect();
    };
    const heldBytes: number[] = [];
    async function* views(): AsyncGenerator<Uint8Array> {
      for (let count = 1; count <= 20_000; count++) {
        yield new Uint8Array(65_536).subarray(0, 64);
        if (count % 5_000 !== 0) continue;
        collectGarbage();
        heldBytes.push(process.memoryUsage().arrayBuffers);
      }
    }
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;

    expect(await bucket().openStore().put(key, views())).toMatchObject({ byteSize: 20_000 * 64 });

    expect(heldBytes).toHaveLength(4);
    // Without copies it would be 20,000 times 64 KiB, 1.3 GB; with them it is one part that is being filled.
    expect(Math.max(...heldBytes) - before).toBeLessThan(2 * partSizeBytes);
  });
});
