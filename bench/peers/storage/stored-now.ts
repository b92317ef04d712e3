import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ListMultipartUploadsCommand,
  ListPartsCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createTestClient } from '../../../test/kit/test-bucket.ts';
import { type Driver, openSubject, type StorageTargets, type SubjectName } from '../../programs/storage-subjects.ts';

/**
 * Lists what lies in a subject's place, as the file system or the server says and not the library: names and
 * bytes of files, of objects, and of uploads that have not ended.
 */
export async function listStoredNow(
  driver: Driver,
  name: SubjectName,
  targets: StorageTargets,
): Promise<ReadonlyMap<string, number>> {
  if (driver === 'fs') return await sizesOfFiles(join(targets.directory, name));
  const client = createTestClient(targets.s3);
  try {
    return await sizesInBucket(client, targets.s3.bucket);
  } finally {
    client.destroy();
  }
}

/** How many bytes of `key` the library delivers without an error, or why it delivers none. */
export async function readBack(
  driver: Driver,
  name: SubjectName,
  key: string,
  targets: StorageTargets,
): Promise<number | 'error'> {
  const subject = await openSubject(driver, name, targets);
  try {
    let bytes = 0;
    for await (const chunk of await subject.get(key)) bytes += chunk.byteLength;
    return bytes;
  } catch {
    // Whatever it says: it does not take half a file for a whole one.
    return 'error';
  }
}

async function sizesOfFiles(directory: string): Promise<ReadonlyMap<string, number>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(await Promise.all(paths.map(async (path) => [path, (await stat(path)).size] as const)));
}

async function sizesInBucket(client: S3Client, Bucket: string): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
    for (const { Key = '', Size = 0 } of Contents) sizes.set(Key, Size);
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) {
    const { Parts = [] } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    sizes.set(
      `${Key} ${UploadId}`,
      Parts.reduce((sum, { Size = 0 }) => sum + Size, 0),
    );
  }
  return sizes;
}
