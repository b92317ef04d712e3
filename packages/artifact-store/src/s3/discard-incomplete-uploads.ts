import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3';
import { isPubpipeError } from '@pubpipe/core';
import type { BucketAccess } from './bucket-access.ts';
import { listObjects } from './list-objects.ts';
import { uploadsUnderWay } from './uploads-under-way.ts';

/** Which uploads {@link discardIncompleteUploads} aborts. */
export interface IncompleteUploads {
  readonly prefix: string;
  /** Where copies under way lie, in the end a slash. */
  readonly incoming: string;
  readonly olderThanMs: number;
  readonly limit: number;
  readonly signal: AbortSignal;
}

/**
 * Aborts multipart uploads, and deletes unfinished imports, that were begun longer ago than
 * `olderThanMs` and don't go on in this process, and returns how many.
 */
export async function discardIncompleteUploads(access: BucketAccess, which: IncompleteUploads): Promise<number> {
  const { client, requests, bucket: Bucket } = access;
  const { olderThanMs, limit, signal } = which;
  const isOld = (begunAt: Date): boolean => Date.now() - begunAt.getTime() > olderThanMs;
  let discarded = 0;
  for await (const { name: Key, uploadId: UploadId, begunAt } of listUploads(access, which)) {
    if (discarded === limit) return discarded;
    if (!isOld(begunAt) || uploadsUnderWay.has(UploadId)) continue;
    const command = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
    // Another process may discard the same uploads at the same time.
    await requests.repeat(signal, (options) => client.send(command, options)).catch(ignoreGone);
    discarded += 1;
  }
  for await (const { name: Key, modifiedAt } of listObjects(
    access,
    which.incoming,
    async (work) => await work(signal),
  )) {
    if (discarded === limit) return discarded;
    if (!isOld(modifiedAt) || uploadsUnderWay.has(Key)) continue;
    const command = new DeleteObjectCommand({ Bucket, Key });
    await requests.repeat(signal, (options) => client.send(command, options));
    discarded += 1;
  }
  return discarded;
}

interface ListedUpload {
  readonly name: string;
  readonly uploadId: string;
  readonly begunAt: Date;
}

async function* listUploads(
  { client, requests, bucket: Bucket }: BucketAccess,
  { prefix: Prefix, signal }: IncompleteUploads,
): AsyncGenerator<ListedUpload, void, undefined> {
  let page: ListMultipartUploadsCommandOutput | undefined;
  do {
    const command = new ListMultipartUploadsCommand({
      Bucket,
      Prefix,
      KeyMarker: page?.NextKeyMarker,
      UploadIdMarker: page?.NextUploadIdMarker,
      EncodingType: 'url',
    });
    page = await requests.repeat(signal, (options) => client.send(command, options));
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined || Initiated === undefined) continue;
      yield { name: decodeURIComponent(Key.replaceAll('+', ' ')), uploadId: UploadId, begunAt: Initiated };
    }
  } while (page.IsTruncated === true);
}

function ignoreGone(error: unknown): void {
  if (!isPubpipeError(error) || error.details['error'] !== 'NoSuchUpload') throw error;
}
