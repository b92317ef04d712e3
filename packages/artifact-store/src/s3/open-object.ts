import { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { type ByteRange, type CallUnderWay, PubpipeError } from '@pubpipe/core';
import type { BucketAccess } from './bucket-access.ts';
import { ObjectBody } from './object-body.ts';

/** An object whose answer has begun. */
export interface OpenObject {
  /** Length of the whole object in bytes. */
  readonly byteSize: number;
  readonly contentLength: number;
  readonly body: ObjectBody;
}

/** Asks for an object or a range of it. The body ends `call`; a call that fails is left to the caller. */
export async function openObject(
  { client, requests, bucket: Bucket }: BucketAccess,
  name: string,
  {
    range,
    call,
    idleTimeoutMs,
  }: {
    readonly range?: ByteRange | undefined;
    readonly call: CallUnderWay;
    readonly idleTimeoutMs: number;
  },
): Promise<OpenObject> {
  const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end ?? ''}`;
  const command = new GetObjectCommand({ Bucket, Key: name, Range });
  const request = new AbortController();
  const signal = AbortSignal.any([call.signal, request.signal]);
  const answer = await requests.repeat(signal, (options) => client.send(command, options));
  const { Body: stream, ContentLength: contentLength } = answer;
  const byteSize = range === undefined ? contentLength : totalSize(answer);
  if (!(stream instanceof Readable) || contentLength === undefined || byteSize === undefined) {
    request.abort();
    throw new PubpipeError('STORE_UNAVAILABLE', 'The S3 server did not say how long its answer is.');
  }
  return { byteSize, contentLength, body: new ObjectBody({ stream, contentLength, request, call, idleTimeoutMs }) };
}

/** The length of the whole object, from `bytes 0-99/1234`. */
function totalSize({ ContentRange = '' }: GetObjectCommandOutput): number | undefined {
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(ContentRange)?.[1];
  return total === undefined ? undefined : Number(total);
}
