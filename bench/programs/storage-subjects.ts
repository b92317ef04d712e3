// What the artifact store suite compares: our drivers, the plainest pipeline that does the same work,
// and the libraries that people would take otherwise.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline as connect, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DeleteObjectCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AwsS3StorageAdapter } from '@flystorage/aws-s3';
import { FileStorage } from '@flystorage/file-storage';
import { LocalStorageAdapter } from '@flystorage/local-fs';
import { createFsArtifactStore } from '@pubpipe/artifact-store/fs';
import { createS3ArtifactStore } from '@pubpipe/artifact-store/s3';
import { type ArtifactStore, parseArtifactKey } from '@pubpipe/core';
import { Disk } from 'flydrive';
import { FSDriver } from 'flydrive/drivers/fs';
import { S3Driver } from 'flydrive/drivers/s3';
import { createTestClient } from '../../test/kit/test-bucket.ts';

/** One way to store and read a file. */
export interface StorageSubject {
  /** `byteSize` is for those that can't store a stream whose length they are not told. */
  put(key: string, content: Readable, byteSize: number): Promise<unknown>;
  get(key: string): Promise<AsyncIterable<Uint8Array>>;
  remove(key: string): Promise<unknown>;
  /** Discards what writers that were killed have left, whatever its age; missing where there is no such means. */
  discardIncomplete?(): Promise<unknown>;
}

/** Where the subjects store. */
export interface StorageTargets {
  readonly directory: string;
  readonly s3: {
    readonly endpoint: string;
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly bucket: string;
  };
}

/** The same for all who use lib-storage. */
const partSizeBytes = 8 * 1024 * 1024;
const queueSize = 4;

/** Names of all subjects. */
export const subjectNames = ['ours', 'raw', 'flydrive', 'flystorage'] as const;

/** One of them. */
export type SubjectName = (typeof subjectNames)[number];

/** A driver of the artifact store. */
export type Driver = 'fs' | 's3';

/** Opens one subject. */
export async function openSubject(driver: Driver, name: SubjectName, targets: StorageTargets): Promise<StorageSubject> {
  const directory = join(targets.directory, name);
  if (driver === 'fs') await mkdir(directory, { recursive: true });
  return driver === 'fs'
    ? fsSubjects[name](directory)
    : s3Subjects[name](createTestClient(targets.s3), targets.s3.bucket);
}

const fsSubjects: Record<SubjectName, (directory: string) => StorageSubject> = {
  ours: (directory) => ofArtifactStore(createFsArtifactStore({ directory })),
  raw: (directory) => ({
    async put(key, content) {
      const file = join(directory, key);
      await pipeline(content, hashing(), createWriteStream(file));
      const handle = await open(file);
      await handle.sync();
      await handle.close();
    },
    get: async (key) => createReadStream(join(directory, key)),
    remove: (key) => rm(join(directory, key)),
  }),
  flydrive: (directory) => ofFlydrive(new Disk(new FSDriver({ location: directory, visibility: 'private' }))),
  flystorage: (directory) => ofFlystorage(new FileStorage(new LocalStorageAdapter(directory))),
};

const s3Subjects: Record<SubjectName, (client: S3Client, bucket: string) => StorageSubject> = {
  ours: (client, bucket) =>
    ofArtifactStore(createS3ArtifactStore({ client, bucket, prefix: 'ours/', partSizeBytes, queueSize })),
  raw: (client, bucket) => ({
    put: (key, content) =>
      new Upload({
        client,
        params: { Bucket: bucket, Key: `raw/${key}`, Body: connect(content, hashing(), () => undefined) },
        partSize: partSizeBytes,
        queueSize,
      }).done(),
    async get(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `raw/${key}` }));
      return Body as Readable;
    },
    remove: (key) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `raw/${key}` })),
  }),
  flydrive: (client, bucket) =>
    ofFlydrive(new Disk(new S3Driver({ client, bucket, visibility: 'private', supportsACL: false }))),
  flystorage: (client, bucket) =>
    ofFlystorage(
      new FileStorage(
        new AwsS3StorageAdapter(client, {
          bucket,
          prefix: 'flystorage',
          uploadConfiguration: { partSize: partSizeBytes, queueSize },
        }),
      ),
    ),
};

function ofArtifactStore(store: ArtifactStore): StorageSubject {
  return {
    put: (key, content) => store.put(parseArtifactKey(key), content),
    get: async (key) => (await store.get(parseArtifactKey(key))).body,
    remove: (key) => store.delete(parseArtifactKey(key)),
    discardIncomplete: () => store.discardIncomplete({ olderThanMs: 0 }),
  };
}

const ofFlydrive = (disk: Disk): StorageSubject => ({
  // Told the length: its S3 driver can't store a stream of unknown length (411 from the server).
  put: (key, content, byteSize) => disk.putStream(key, content, { contentLength: byteSize }),
  get: (key) => disk.getStream(key),
  remove: (key) => disk.delete(key),
});

const ofFlystorage = (storage: FileStorage): StorageSubject => ({
  put: (key, content) => storage.write(key, content),
  get: (key) => storage.read(key),
  remove: (key) => storage.deleteFile(key),
});

/** Counts a digest on the way, as an artifact store has to. */
function hashing(): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      hash.digest('hex');
      done();
    },
  });
}
