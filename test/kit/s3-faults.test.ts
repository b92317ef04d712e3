import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type HttpFaultProxy, startHttpFaultProxy } from './http-fault-proxy.ts';
import type { S3Access } from './s3-access.ts';
import { openSharedS3 } from './shared-s3.ts';
import { createTestBucket, createTestClient, type TestBucket } from './test-bucket.ts';

const mebibyte = 1024 ** 2;
let access: S3Access;
let bucket: TestBucket;
let direct: S3Client;
let proxy: HttpFaultProxy;
let client: S3Client;

beforeAll(async () => {
  access = await openSharedS3();
  bucket = await createTestBucket(access);
  direct = createTestClient(access);
});
afterAll(async () => {
  direct?.destroy();
  await bucket?.remove();
});
beforeEach(async () => {
  proxy = await startHttpFaultProxy({ target: access.endpoint });
  client = createTestClient({ ...access, endpoint: proxy.endpoint }, { maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await proxy.close();
});

const object = (Key: string) => ({ Bucket: bucket.name, Key });
const put = (Key: string, Body: string | Buffer) => client.send(new PutObjectCommand({ ...object(Key), Body }));
const sizeOf = async (Key: string) => (await direct.send(new HeadObjectCommand(object(Key)))).ContentLength;

async function beginUpload(Key: string) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object(Key)));
  const part = { ...object(Key), UploadId, PartNumber: 1, Body: Buffer.alloc(5 * mebibyte) };
  const { ETag } = await client.send(new UploadPartCommand(part));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  return {
    UploadId,
    part,
    complete: () => client.send(new CompleteMultipartUploadCommand({ ...object(Key), UploadId, MultipartUpload })),
  };
}

it('signed requests pass, each kind of them, and an object comes back as it was', async () => {
  const content = Buffer.alloc(11 * mebibyte, 'content');
  await put('plain/ä b%.pdf', 'small');
  await new Upload({ client, params: { ...object('plain/large'), Body: content } }).done();
  const { Body, ETag } = await client.send(new GetObjectCommand(object('plain/large')));
  expect(content.equals((await Body?.transformToByteArray()) ?? Buffer.of())).toBe(true);
  expect(ETag).toMatch(/-3"$/);
  const range = await client.send(new GetObjectCommand({ ...object('plain/large'), Range: 'bytes=1-3' }));
  expect(await range.Body?.transformToString()).toBe('ont');
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket.name, Prefix: 'plain/' }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['plain/large', 'plain/ä b%.pdf']);
  expect(proxy.requests.every(({ answerDelivered }) => answerDelivered)).toBe(true);
});

it('a PutObject whose answer is lost fails at the client, and its object is there', async () => {
  proxy.inject({ method: 'PUT' }, { kind: 'loseAnswer' });
  await expect(put('lost', 'answer')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await sizeOf('lost')).toBe(6);
});

it('a CompleteMultipartUpload whose answer is lost has made the object, and its upload is no more', async () => {
  const { complete, UploadId } = await beginUpload('completed');
  proxy.inject({ method: 'POST', path: 'uploadId=' }, { kind: 'loseAnswer' });
  await expect(complete()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await sizeOf('completed')).toBe(5 * mebibyte);
  const parts = direct.send(new ListPartsCommand({ ...object('completed'), UploadId }));
  await expect(parts).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
});

it('a PutObject that is cut leaves what was there', async () => {
  await put('cut', 'as before');
  const { tookEffect } = proxy.inject({ method: 'PUT' }, { kind: 'cut', of: 'request', afterBytes: 2 * mebibyte });
  await expect(put('cut', Buffer.alloc(3 * mebibyte))).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await tookEffect).toMatchObject({ reachedServer: 'partly', bytes: { request: 2 * mebibyte } });
  expect(await sizeOf('cut')).toBe(9);
});

it('a part that is refused or reset is not in its upload, and may be sent again', async () => {
  const { part, UploadId } = await beginUpload('parts');
  const second = new UploadPartCommand({ ...part, PartNumber: 2 });
  proxy.inject({ path: 'partNumber=2' }, { kind: 'respond', status: 503, code: 'SlowDown' });
  await expect(client.send(second)).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
  proxy.inject({ path: 'partNumber=2' }, { kind: 'reset' });
  await expect(client.send(second)).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
  const parts = () => direct.send(new ListPartsCommand({ ...object('parts'), UploadId }));
  expect((await parts()).Parts).toHaveLength(1);
  await client.send(second);
  expect((await parts()).Parts).toHaveLength(2);
  const { Uploads } = await direct.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }));
  expect(Uploads).toMatchObject([{ Key: 'parts', UploadId }]);
});

it('a GetObject that is cut fails while it is read', async () => {
  await put('read', Buffer.alloc(mebibyte));
  proxy.inject({ method: 'GET' }, { kind: 'cut', of: 'answer', afterBytes: 1000 });
  const { Body } = await client.send(new GetObjectCommand(object('read')));
  await expect(Body?.transformToByteArray()).rejects.toMatchObject({ code: 'ECONNRESET' });
});

it('an aborted PutObject that stalls half-way does not appear', async () => {
  const stall = proxy.inject({ method: 'PUT' }, { kind: 'stall', of: 'request', afterBytes: mebibyte });
  const controller = new AbortController();
  const input = { ...object('aborted'), Body: Buffer.alloc(2 * mebibyte) };
  const putting = client.send(new PutObjectCommand(input), { abortSignal: controller.signal });
  const failed = putting.catch((error: unknown) => error);
  const held = await stall.tookEffect;
  controller.abort();
  expect(await failed).toMatchObject({ name: 'AbortError' });
  await expect.poll(() => held.isOver).toBe(true);
  stall.lift();
  await expect(sizeOf('aborted')).rejects.toMatchObject({ name: 'NotFound' });
});
