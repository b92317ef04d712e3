import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { throwIfCancelled } from '@pubpipe/core';
import type { BucketAccess } from './bucket-access.ts';
import { uploadsUnderWay } from './uploads-under-way.ts';

/** What S3 copies in one request. */
const mostBytesAtOnce = 5 * 1024 ** 3;

/** One copy that the server makes by itself. */
export interface ObjectCopy {
  readonly from: { readonly bucket: string; readonly name: string };
  /** Name of the copy. */
  readonly to: string;
  readonly byteSize: number;
  readonly mediaType: string;
  readonly signal: AbortSignal;
  /** Above this the copy is made in parts of this size. @defaultValue 5 GiB, the most that S3 takes */
  readonly maxBytesAtOnce?: number | undefined;
}

/** Lets the server copy an object, in parts where it is too large for one request. */
export async function copyObject(access: BucketAccess, copy: ObjectCopy): Promise<void> {
  const { client, requests, bucket: Bucket } = access;
  const { from, to: Key, byteSize, mediaType: ContentType, signal, maxBytesAtOnce = mostBytesAtOnce } = copy;
  // A request that makes the copy visible can't be called back: it is waited for, as that of an upload.
  const uncut = new AbortController().signal;
  const CopySource = [from.bucket, ...from.name.split('/')].map(encodeURIComponent).join('/');
  if (byteSize <= maxBytesAtOnce) {
    const command = new CopyObjectCommand({ Bucket, Key, CopySource, ContentType, MetadataDirective: 'REPLACE' });
    throwIfCancelled(signal);
    await requests.repeat(uncut, (options) => client.send(command, options));
    return;
  }
  const create = new CreateMultipartUploadCommand({ Bucket, Key, ContentType });
  const { UploadId = '' } = await requests.repeat(signal, (options) => client.send(create, options));
  uploadsUnderWay.add(UploadId);
  try {
    const Parts: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
    for (let start = 0; start < byteSize; start += maxBytesAtOnce) {
      const PartNumber = Parts.length + 1;
      const CopySourceRange = `bytes=${start}-${Math.min(start + maxBytesAtOnce, byteSize) - 1}`;
      const part = new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber, CopySource, CopySourceRange });
      const { CopyPartResult } = await requests.repeat(signal, (options) => client.send(part, options));
      Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
    }
    const complete = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
    throwIfCancelled(signal);
    await requests.once(uncut, (options) => client.send(complete, options));
  } catch (error) {
    const abort = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
    // What the copy failed with is what the caller has to hear; what stays goes with discardIncomplete.
    await requests.once(uncut, (options) => client.send(abort, options)).catch(() => undefined);
    throw error;
  } finally {
    uploadsUnderWay.delete(UploadId);
  }
}
