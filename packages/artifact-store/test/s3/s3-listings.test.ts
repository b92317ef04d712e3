import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { parseArtifactKey } from '@pubpipe/core';
import { deterministicBytes, inChunks } from '@pubpipe/core/testing';
import { describe, expect, it } from 'vitest';
import { partSizeBytes, useS3Bucket } from '../support/s3-bucket.ts';

const bucket = useS3Bucket();

describe('a listing', () => {
  it('goes over pages: 2,500 keys', async () => {
    const { proxy, client } = await bucket().openProxy();
    const store = bucket().openStore({ client, prefix: 'many/' });
    const keys = Array.from({ length: 2_500 }, (_, index) => parseArtifactKey(`page-${index}+ä 1%.png`));
    const left = keys.values();
    const putNext = async (): Promise<void> => {
      for (const key of left) {
        const command = new PutObjectCommand({ Bucket: bucket().name, Key: `many/${key}`, Body: 'x' });
        await bucket().client.send(command);
      }
    };
    await Promise.all(Array.from({ length: 32 }, putNext));

    const listed = await Array.fromAsync(store.list());

    expect(listed.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    expect(proxy.requests).toHaveLength(3);
    await expect(Array.fromAsync(store.list({ prefix: 'page-24' }))).resolves.toHaveLength(111);
  });

  it('shows neither what is outside of the prefix nor what is no artifact', async () => {
    const store = bucket().openStore({ prefix: 'a/' });
    for (const Key of ['a', 'ab', 'b/c', 'a//c', 'a/c/', 'a/../c']) {
      await bucket().client.send(new PutObjectCommand({ Bucket: bucket().name, Key, Body: 'x' }));
    }
    await store.put(parseArtifactKey('c'), inChunks(deterministicBytes(10)));

    expect((await Array.fromAsync(store.list())).map(({ key }) => key)).toEqual(['c']);
  });
});

describe('discardIncomplete', () => {
  it('leaves uploads alone that are not under the prefix', async () => {
    const Key = 'mine/document.pdf';
    await bucket().client.send(new CreateMultipartUploadCommand({ Bucket: bucket().name, Key }));

    expect(await bucket().openStore({ prefix: 'theirs/' }).discardIncomplete({ olderThanMs: 0 })).toBe(0);
    expect(await bucket().openStore({ prefix: 'mine/' }).discardIncomplete({ olderThanMs: 0 })).toBe(1);
  });

  it('leaves an upload alone that this process has under way, in whatever store', async () => {
    const [store, sameStore] = [bucket().openStore({ prefix: 'both/' }), bucket().openStore({ prefix: 'both/' })];
    const discarded: number[] = [];
    async function* content(): AsyncGenerator<Uint8Array> {
      yield deterministicBytes(2 * partSizeBytes);
      await expect.poll(async () => await incompleteUploads('both/')).toBe(1);
      discarded.push(await sameStore.discardIncomplete({ olderThanMs: 0 }));
    }

    await store.put(parseArtifactKey('large'), content());

    expect(discarded).toEqual([0]);
    expect(await store.head(parseArtifactKey('large'))).toMatchObject({ byteSize: 2 * partSizeBytes });
  });
});

async function incompleteUploads(Prefix: string): Promise<number> {
  const { Uploads = [] } = await bucket().client.send(
    new ListMultipartUploadsCommand({ Bucket: bucket().name, Prefix }),
  );
  return Uploads.length;
}
