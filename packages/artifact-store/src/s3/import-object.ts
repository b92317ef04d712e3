import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import {
  type CallUnderWay,
  ContentMeter,
  checkSha256,
  type ImportObjectOptions,
  type MeasuredContent,
  PubpipeError,
  parseArtifactKey,
} from '@pubpipe/core';
import type { BucketAccess } from './bucket-access.ts';
import { copyObject } from './copy-object.ts';
import { openObject } from './open-object.ts';
import { uploadsUnderWay } from './uploads-under-way.ts';

/** Where an import ends, and how it gets there. */
export interface ObjectImport extends BucketAccess {
  readonly prefix: string;
  /** Where copies lie until they are known to be right: names that no key leads to. */
  readonly incoming: string;
  readonly idleTimeoutMs: number;
  readonly beginCall: () => CallUnderWay;
  readonly signal: AbortSignal;
}

/** @throws PubpipeError `INVALID_INPUT` when the import is not one that the store may make. */
export function checkImport({ bucket, key, as, expected }: ImportObjectOptions, allowed: readonly string[]): void {
  parseArtifactKey(as);
  if (!allowed.includes(bucket)) {
    throw new PubpipeError('INVALID_INPUT', 'The bucket is not one of importBuckets.', { details: { bucket } });
  }
  if (typeof key !== 'string' || key === '') throw new PubpipeError('INVALID_INPUT', 'The object needs a key.');
  // Callers without types may leave the digest out: that must not mean "any".
  checkSha256(expected.sha256);
  void new ContentMeter(expected);
}

/**
 * Copies the object to where nobody else may change it, reads that copy, and only then copies it under
 * its key: what is stored is what was measured, and a key holds what it held before until then.
 */
export async function importObject(
  { bucket, key, as, expected, mediaType = 'application/octet-stream' }: ImportObjectOptions,
  target: ObjectImport,
): Promise<MeasuredContent> {
  const { client, requests, signal } = target;
  const incoming = `${target.incoming}${randomUUID()}`;
  const meter = new ContentMeter(expected);
  const head = new HeadObjectCommand({ Bucket: bucket, Key: key });
  const { ContentLength: byteSize = 0 } = await requests.repeat(signal, (options) => client.send(head, options));
  if (expected.byteSize !== undefined && expected.byteSize !== byteSize) {
    throw new PubpipeError('CONTENT_MISMATCH', 'The object has another length than expected.', {
      details: { byteSize, expectedByteSize: expected.byteSize },
    });
  }
  uploadsUnderWay.add(incoming);
  try {
    await copyObject(target, { from: { bucket, name: key }, to: incoming, byteSize, mediaType, signal });
    const { body } = await openIncoming(target, incoming);
    for await (const chunk of body) meter.add(chunk);
    const measured = meter.finish();
    const from = { bucket: target.bucket, name: incoming };
    await copyObject(target, { from, to: `${target.prefix}${as}`, byteSize: measured.byteSize, mediaType, signal });
    return measured;
  } finally {
    const command = new DeleteObjectCommand({ Bucket: target.bucket, Key: incoming });
    // The import has its own outcome; what stays goes with discardIncomplete.
    await requests
      .repeat(new AbortController().signal, (options) => client.send(command, options))
      .catch(() => undefined);
    uploadsUnderWay.delete(incoming);
  }
}

async function openIncoming(target: ObjectImport, name: string): ReturnType<typeof openObject> {
  const call = target.beginCall();
  try {
    return await openObject(target, name, { call, idleTimeoutMs: target.idleTimeoutMs });
  } catch (error) {
    call.end();
    throw error;
  }
}
