import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3Server } from './s3-server.ts';
import { createTestBucket, createTestClient } from './test-bucket.ts';

describe.skipIf(process.env['S3_ENDPOINT'])('a server of our own (not started where S3_ENDPOINT names another)', () => {
  let server: S3Server;
  let client: S3Client;
  let Bucket: string;
  beforeAll(async () => {
    server = await startS3Server();
    client = createTestClient(server);
    Bucket = (await createTestBucket(server)).name;
  });
  afterAll(async () => {
    client?.destroy();
    await server?.stop();
  });

  it('refuses a wrong secret', async () => {
    const stranger = createTestClient({ ...server, secretAccessKey: 'guessed' });
    await expect(stranger.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    });
    stranger.destroy();
  });

  it('keeps what it has acknowledged when its gateway is killed', async () => {
    const parts = Buffer.alloc(6 * 1024 ** 2, 'in parts');
    await client.send(new PutObjectCommand({ Bucket, Key: 'small', Body: 'at once' }));
    await new Upload({ client, params: { Bucket, Key: 'large', Body: parts } }).done();

    await server.kill9Gateway();
    const impatient = createTestClient(server, { maxAttempts: 1 });
    await expect(impatient.send(new HeadObjectCommand({ Bucket, Key: 'small' }))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    await server.startGateway();

    const small = await impatient.send(new GetObjectCommand({ Bucket, Key: 'small' }));
    expect(await small.Body?.transformToString()).toBe('at once');
    const large = await impatient.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    expect(parts.equals((await large.Body?.transformToByteArray()) ?? Buffer.of())).toBe(true);
    impatient.destroy();
  });

  it('runs beside another one', async () => {
    const other = await startS3Server({ store: 'bluestore' });
    expect(other.endpoint).not.toBe(server.endpoint);
    const bucket = await createTestBucket(other);
    await bucket.remove();
    await other.stop();
    await expect(fetch(other.endpoint)).rejects.toThrow();
    await expect(client.send(new ListObjectsV2Command({ Bucket }))).resolves.toMatchObject({ KeyCount: 2 });
  });
});
