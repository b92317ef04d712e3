import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ListMultipartUploadsCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { createTestClient } from '../../test/kit/test-bucket.ts';
import type { StorePlace } from '../parts/process-setup.ts';

/** What lies in a store, as the file system or the server says and not the driver. */
export interface StoredThings {
  /** Keys of whole objects. */
  readonly keys: readonly string[];
  /** Unfinished uploads, or temporary files. */
  readonly unfinished: readonly string[];
}

/** Lists everything in a store. */
export async function listStoredThings(place: StorePlace): Promise<StoredThings> {
  if (place.kind === 'fs') {
    const objects = join(place.directory, 'objects');
    const keys = (await listFiles(objects)).map((path) => relative(objects, path));
    return { keys, unfinished: await listFiles(join(place.directory, 'incoming')) };
  }
  const client = createTestClient(place.access);
  try {
    return { keys: await listKeys(client, place.bucket), unfinished: await listUploads(client, place.bucket) };
  } finally {
    client.destroy();
  }
}

/** All files below a folder; none where there is no such folder. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return [];
    },
  );
  return entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
}

async function listKeys(client: S3Client, Bucket: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
    keys.push(...Contents.map(({ Key = '' }) => Key));
  }
  return keys;
}

async function listUploads(client: S3Client, Bucket: string): Promise<readonly string[]> {
  const uploads: string[] = [];
  for (let KeyMarker: string | undefined, UploadIdMarker: string | undefined; ; ) {
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket, KeyMarker, UploadIdMarker }));
    uploads.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => `${Key} ${UploadId}`));
    if (page.IsTruncated !== true) return uploads;
    ({ NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page);
  }
}
