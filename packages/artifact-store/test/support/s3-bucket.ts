import { randomUUID } from 'node:crypto';
import { DeleteObjectsCommand, paginateListObjectsV2, type S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { createS3ArtifactStore, type S3ArtifactStore, type S3ArtifactStoreOptions } from '@pubpipe/artifact-store/s3';
import { afterAll, beforeAll } from 'vitest';
import { type HttpFaultProxy, startHttpFaultProxy } from '../../../../test/kit/http-fault-proxy.ts';
import type { S3Access } from '../../../../test/kit/s3-access.ts';
import { openSharedS3 } from '../../../../test/kit/shared-s3.ts';
import { createTestBucket, createTestClient, type TestBucket } from '../../../../test/kit/test-bucket.ts';

/** The smallest part that S3 takes: a test of many parts sends the fewest bytes with it. */
export const partSizeBytes = 5 * 1024 * 1024;

/** A bucket of a test file, with stores in it; what they hold is told apart by prefixes. */
export interface S3Bucket {
  readonly access: S3Access;
  readonly name: string;
  /** A client of the server itself. */
  readonly client: S3Client;
  /** Names of all objects, whatever store they are of, in order. */
  list(prefix?: string): Promise<readonly string[]>;
  /** Removes all objects. */
  empty(): Promise<void>;
  /** A store under a prefix of its own, with parts of {@link partSizeBytes}. */
  openStore(options?: Partial<S3ArtifactStoreOptions>): S3ArtifactStore;
  /** Another client, for example with other credentials, that is closed after the last test. */
  connect(access?: Partial<S3Access>, config?: S3ClientConfig): S3Client;
  /** A proxy before the server and a client through it that makes each request once. */
  openProxy(config?: S3ClientConfig): Promise<{ readonly proxy: HttpFaultProxy; readonly client: S3Client }>;
}

/** Gives the tests of a file a bucket of the shared S3 server. To be read while a test runs. */
export function useS3Bucket(): () => S3Bucket {
  const cleanUps: (() => unknown)[] = [];
  let bucket: S3Bucket | undefined;
  beforeAll(async () => {
    const access = await openSharedS3();
    const testBucket: TestBucket = await createTestBucket(access);
    cleanUps.push(() => testBucket.remove());
    const connect: S3Bucket['connect'] = (other, config) => {
      const client = createTestClient({ ...access, ...other }, config);
      cleanUps.push(() => client.destroy());
      return client;
    };
    const client = connect();
    const list: S3Bucket['list'] = async (Prefix) => {
      const pages = await Array.fromAsync(paginateListObjectsV2({ client }, { Bucket: testBucket.name, Prefix }));
      return pages.flatMap(({ Contents = [] }) => Contents.map(({ Key = '' }) => Key));
    };
    bucket = {
      access,
      name: testBucket.name,
      client,
      connect,
      list,
      empty: async () => {
        const Objects = (await list()).map((Key) => ({ Key }));
        const command = new DeleteObjectsCommand({ Bucket: testBucket.name, Delete: { Objects } });
        if (Objects.length > 0) await client.send(command);
      },
      openStore: (options) =>
        createS3ArtifactStore({
          client,
          bucket: testBucket.name,
          prefix: `${randomUUID()}/`,
          partSizeBytes,
          ...options,
        }),
      openProxy: async (config) => {
        const proxy = await startHttpFaultProxy({ target: access.endpoint });
        cleanUps.push(() => proxy.close());
        return { proxy, client: connect({ endpoint: proxy.endpoint }, { maxAttempts: 1, ...config }) };
      },
    };
  });
  afterAll(async () => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  });
  return () => {
    if (bucket === undefined) throw new Error('The bucket is there only while a test runs.');
    return bucket;
  };
}
