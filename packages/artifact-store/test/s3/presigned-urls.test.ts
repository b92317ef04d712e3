import { parseArtifactKey } from '@pubpipe/core';
import { deterministicBytes, inChunks } from '@pubpipe/core/testing';
import { describe, expect, it } from 'vitest';
import { useS3Bucket } from '../support/s3-bucket.ts';

const bucket = useS3Bucket();
const key = parseArtifactKey('Größe/a b+c.pdf');
const bytes = deterministicBytes(10_000);

async function openStoreWithArtifact() {
  const store = bucket().openStore();
  await store.put(key, inChunks(bytes), { mediaType: 'application/pdf' });
  return store;
}

describe('a presigned URL', () => {
  it('answers with the artifact and with a part of it', async () => {
    const url = await (await openStoreWithArtifact()).presignGet(key, { expiresInMs: 60_000 });

    const whole = await fetch(url);
    const part = await fetch(url, { headers: { Range: 'bytes=10-19' } });

    expect(Buffer.compare(await whole.bytes(), bytes)).toBe(0);
    expect(whole.headers.get('content-type')).toBe('application/pdf');
    expect(part.status).toBe(206);
    expect(Buffer.compare(await part.bytes(), bytes.subarray(10, 20))).toBe(0);
  });

  it('saves under any file name, with any media type', async () => {
    const options = { expiresInMs: 60_000, fileName: 'Größe "7" 100%.pdf', mediaType: 'text/plain' };

    const answer = await fetch(await (await openStoreWithArtifact()).presignGet(key, options));

    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="Gr__e _7_ 100_.pdf"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%227%22%20100%25.pdf`,
    );
    expect(answer.headers.get('content-type')).toBe('text/plain');
    await answer.body?.cancel();
  });

  it('is refused once it has expired, and when it has been changed', async () => {
    const store = await openStoreWithArtifact();
    const url = await store.presignGet(key, { expiresInMs: 1 });
    const other = (await store.presignGet(key, { expiresInMs: 60_000 })).replace('a%20b', 'b');

    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('1');
    await expect.poll(async () => (await fetch(url)).status, { timeout: 10_000 }).toBe(403);
    expect((await fetch(other)).status).toBe(403);
  });

  it.each([{ expiresInMs: 0 }, { expiresInMs: -1 }, { expiresInMs: Number.NaN }, { expiresInMs: 604_801_000 }])(
    'is refused with %j',
    async (options) => {
      await expect(bucket().openStore().presignGet(key, options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    },
  );
});
