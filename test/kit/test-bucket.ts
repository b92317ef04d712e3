import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import type { S3Access } from './s3-access.ts';

/** A bucket of one test file. */
export interface TestBucket {
  readonly name: string;
  /** Removes the bucket with all that is in it, unfinished uploads included. */
  remove(): Promise<void>;
}

/** A client for any S3-compatible server; `access.endpoint` may be a fault proxy's. */
export function createTestClient(access: S3Access, config: S3ClientConfig = {}): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = access;
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...config,
  });
}

/** Makes a bucket with a name of its own. */
export async function createTestBucket(access: S3Access): Promise<TestBucket> {
  const Bucket = `pubpipe-test-${randomUUID()}`;
  const client = createTestClient(access);
  await client.send(new CreateBucketCommand({ Bucket }));
  return {
    name: Bucket,
    async remove() {
      await abortUploads(client, Bucket);
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
        const Objects = Contents.map(({ Key }) => ({ Key }));
        if (Objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      }
      await client.send(new DeleteBucketCommand({ Bucket }));
      client.destroy();
    },
  };
}

async function abortUploads(client: S3Client, Bucket: string): Promise<void> {
  // Those that are aborted leave the first page to others.
  for (;;) {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    if (Uploads.length === 0) return;
    for (const { Key, UploadId } of Uploads)
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }
}
