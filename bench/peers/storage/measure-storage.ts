import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type S3Server, startS3Server } from '../../../test/kit/s3-server.ts';
import { createTestBucket } from '../../../test/kit/test-bucket.ts';
import { type Driver, type StorageTargets, subjectNames } from '../../programs/storage-subjects.ts';
import type { Finding } from '../../suite.ts';
import { endings, measureHalfWay } from './measure-half-way.ts';
import { measureTransfers } from './measure-transfers.ts';

/** Storage: our drivers beside other libraries and the plainest pipeline. */
export async function measureStorage(rounds: number): Promise<readonly Finding[]> {
  const directory = await mkdtemp(join(process.env['BENCH_DIRECTORY'] ?? tmpdir(), 'pubpipe-bench-'));
  const server = await startS3Server({ store: 'bluestore' });
  try {
    const rows: Finding[] = [];
    for (const driver of ['fs', 's3'] as const) {
      rows.push(...(await measureTransfers(driver, await freshTargets(driver, server, directory), rounds)));
      for (const name of subjectNames)
        for (const ending of endings)
          rows.push(
            ...(await measureHalfWay(ending, { driver, name, targets: await freshTargets(driver, server, directory) })),
          );
    }
    return rows;
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** A directory, or a bucket, in which nothing is yet. */
async function freshTargets(driver: Driver, server: S3Server, parent: string): Promise<StorageTargets> {
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  const bucket = driver === 's3' ? (await createTestBucket(server)).name : '';
  const directory = await mkdtemp(join(parent, 'targets-'));
  return { directory, s3: { endpoint, region, accessKeyId, secretAccessKey, bucket } };
}
