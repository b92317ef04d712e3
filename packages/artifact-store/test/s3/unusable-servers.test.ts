import { createS3ArtifactStore, type S3ArtifactStore } from '@pubpipe/artifact-store/s3';
import { parseArtifactKey } from '@pubpipe/core';
import { deterministicBytes, inChunks, sha256Of, sha256OfContent } from '@pubpipe/core/testing';
import { describe, expect, it } from 'vitest';
import { startS3Server } from '../../../../test/kit/s3-server.ts';
import { createTestBucket, createTestClient } from '../../../../test/kit/test-bucket.ts';
import { partSizeBytes, useS3Bucket } from '../support/s3-bucket.ts';

const bucket = useS3Bucket();
const key = parseArtifactKey('document.pdf');
const bytes = deterministicBytes(100_000);

/** All that can be asked of a store, with the key of an artifact that need not be there. */
const calls: readonly { readonly call: string; readonly make: (store: S3ArtifactStore) => Promise<unknown> }[] = [
  { call: 'put', make: async (store) => await store.put(key, inChunks(bytes)) },
  { call: 'get', make: async (store) => await store.get(key) },
  { call: 'head', make: async (store) => await store.head(key) },
  { call: 'delete', make: async (store) => await store.delete(key) },
  { call: 'list', make: async (store) => await Array.fromAsync(store.list()) },
  { call: 'discardIncomplete', make: async (store) => await store.discardIncomplete({ olderThanMs: 0 }) },
];

describe('a client that the server refuses', () => {
  it.each(calls)('makes $call reject with STORE_UNAVAILABLE: a wrong secret', async ({ make }) => {
    const client = bucket().connect({ secretAccessKey: 'guessed' });

    await expect(make(bucket().openStore({ client }))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/credentials/),
      details: { status: 403 },
    });
  });

  it('is told when its access key is unknown, and when it has no credentials', async () => {
    const unknown = bucket().openStore({ client: bucket().connect({ accessKeyId: 'nobody' }) });
    const credentials = async (): Promise<never> => {
      throw Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
    };
    const without = bucket().openStore({ client: bucket().connect({}, { credentials }) });

    await expect(unknown.get(key)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { error: 'InvalidAccessKeyId' },
    });
    await expect(without.get(key)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { error: 'CredentialsProviderError' },
    });
  });
});

describe('a bucket that is missing', () => {
  it.each(calls.filter(({ call }) => call !== 'head'))('makes $call reject', async ({ make }) => {
    await expect(make(bucket().openStore({ bucket: 'pubpipe-no-such-bucket' }))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { error: 'NoSuchBucket' },
    });
  });
});

describe('a server that does not answer', () => {
  it.each(calls)('makes $call reject within the timeout', async ({ make }) => {
    const { proxy, client } = await bucket().openProxy();
    proxy.inject({}, { kind: 'stall', of: 'answer' }, { times: Number.POSITIVE_INFINITY });

    await expect(make(bucket().openStore({ client, requestTimeoutMs: 100 }))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { timeoutMs: 100 },
    });
  });

  it('is not there at all', async () => {
    const client = bucket().connect({ endpoint: 'http://127.0.0.1:1' }, { maxAttempts: 1 });

    await expect(bucket().openStore({ client, tries: 2, retryDelayMs: 1 }).head(key)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { error: 'ECONNREFUSED' },
    });
  });
});

describe('a client with the SDK’s default checksums', () => {
  const defaults = { requestChecksumCalculation: 'WHEN_SUPPORTED', maxAttempts: 1 } as const;

  it('stores small and large artifacts on a server that takes them as headers', async () => {
    const client = bucket().connect({}, defaults);
    const store = bucket().openStore({ client });

    for (const content of [bytes, deterministicBytes(partSizeBytes + 2)]) {
      await store.put(key, inChunks(content));
      expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(content));
    }
  });

  it.each([
    { status: 411, code: 'MissingContentLength' },
    { status: 501, code: 'NotImplemented' },
    { status: 400, code: 'InvalidArgument' },
  ])('is told which option to set by a server that refuses them with $code', async (refusal) => {
    const { proxy, client } = await bucket().openProxy(defaults);
    proxy.inject({ method: 'PUT' }, { kind: 'respond', ...refusal }, { times: 2 });
    const store = bucket().openStore({ client });

    await expect(store.put(key, inChunks(bytes))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining("requestChecksumCalculation: 'WHEN_REQUIRED'"),
      details: { error: refusal.code, option: 'requestChecksumCalculation', value: 'WHEN_REQUIRED' },
    });
  });

  it('are not blamed where the client has the option', async () => {
    const { proxy, client } = await bucket().openProxy();
    proxy.inject({ method: 'PUT' }, { kind: 'respond', status: 501, code: 'NotImplemented' });

    await expect(bucket().openStore({ client }).put(key, inChunks(bytes))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { error: 'NotImplemented' },
    });
  });
});

describe.skipIf(process.env['S3_ENDPOINT'])('a gateway that is killed and started again', () => {
  it('is used again, over the connections that it has closed', async () => {
    const server = await startS3Server();
    const { name } = await createTestBucket(server);
    const client = createTestClient(server);
    const store = createS3ArtifactStore({ client, bucket: name, partSizeBytes });
    await store.put(key, inChunks(bytes));

    await server.kill9Gateway();
    await server.startGateway();

    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
    await store.put(key, inChunks(deterministicBytes(partSizeBytes + 2)));
    expect(await store.head(key)).toMatchObject({ byteSize: partSizeBytes + 2 });
    client.destroy();
    await server.stop();
  });
});
