// Memory and speed of the artifact store's drivers, beside the plainest pipeline and other libraries.
// BENCH_DIRECTORY says where the files go (default: the system's temporary directory).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startS3Server } from '../../test/kit/s3-server.ts';
import { createTestBucket } from '../../test/kit/test-bucket.ts';
import type { Driver, StorageTargets, SubjectName } from '../programs/storage-subjects.ts';
import { runProgram } from '../run-program.ts';
import { median, pairedRatio } from '../statistics.ts';
import type { BenchSuite, Row } from '../suite.ts';

type Direction = 'put' | 'get';

const mebibyte = 1024 * 1024;
const small = 64 * mebibyte;
const large = 4096 * mebibyte;
const compared = { fs: { bytes: 256 * mebibyte, rounds: 11 }, s3: { bytes: 128 * mebibyte, rounds: 7 } } as const;
const flatnessRounds = 5;
const peers = ['flydrive', 'flystorage'] as const;

export const suite: BenchSuite = { name: 'artifact-store', run };

async function run(): Promise<Row[]> {
  const directory = await mkdtemp(join(process.env['BENCH_DIRECTORY'] ?? tmpdir(), 'pubpipe-bench-'));
  const server = await startS3Server({ store: 'bluestore' });
  try {
    const { name: bucket } = await createTestBucket(server);
    const { endpoint, region, accessKeyId, secretAccessKey } = server;
    const targets: StorageTargets = { directory, s3: { endpoint, region, accessKeyId, secretAccessKey, bucket } };
    const rows: Row[] = [];
    for (const driver of ['fs', 's3'] as const) {
      rows.push(...(await measureMemory(driver, targets)));
      rows.push(...(await measureSpeed(driver, targets)));
    }
    return rows;
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Streamed {
  readonly startMib: number;
  readonly levelMib: number;
  readonly growthMib: number;
}

/** How much the process grows while a file goes up and down, and whether the file's size changes that. */
async function measureMemory(driver: Driver, targets: StorageTargets): Promise<Row[]> {
  const rows: Row[] = [];
  const differences: number[] = [];
  for (const direction of ['put', 'get'] as const) {
    const grown = await streamBytes({ driver, name: 'ours', direction, bytes: large, targets });
    rows.push({ id: `rss-start-${driver}-${direction}-mib`, value: grown.startMib, unit: 'MiB', samples: 1 });
    rows.push({ id: `rss-level-${driver}-${direction}-mib`, value: grown.levelMib, unit: 'MiB', samples: 1 });
    rows.push({
      id: `rss-growth-${driver}-${direction}-mib`,
      value: grown.growthMib,
      unit: 'MiB',
      goal: 48,
      comparator: '<=',
      samples: 1,
    });
    const held: Record<number, number[]> = { [small]: [], [large]: [] };
    for (let round = 0; round < flatnessRounds; round += 1) {
      for (const bytes of [small, large]) {
        // Without what V8 has not collected yet: when it does is chance, tens of MiB of it.
        const options = { driver, name: 'ours', direction, bytes, targets, collect: true } as const;
        held[bytes]?.push((await streamBytes(options)).growthMib);
      }
    }
    differences.push(Math.abs(median(held[large] ?? []) - median(held[small] ?? [])));
  }
  const flatness = { value: Math.max(...differences), unit: 'MiB', goal: 8, comparator: '<=' } as const;
  rows.push({ id: `rss-flatness-${driver}-mib`, ...flatness, samples: flatnessRounds });
  for (const peer of peers) {
    for (const direction of ['put', 'get'] as const) {
      const { growthMib } = await streamBytes({ driver, name: peer, direction, bytes: 512 * mebibyte, targets });
      rows.push({ id: `rss-growth-${driver}-${direction}-${peer}-mib`, value: growthMib, unit: 'MiB', samples: 1 });
    }
  }
  return rows;
}

interface Streaming {
  readonly driver: Driver;
  readonly name: SubjectName;
  readonly direction: Direction;
  readonly bytes: number;
  readonly targets: StorageTargets;
  /** Whether garbage is collected before each look at the memory. */
  readonly collect?: boolean;
}

async function streamBytes({ driver, name, direction, bytes, targets, collect = false }: Streaming): Promise<Streamed> {
  const args = [driver, name, direction, String(bytes), JSON.stringify(targets)];
  return await runProgram<Streamed>('stream-once', args, collect ? ['--expose-gc'] : []);
}

/** How fast our driver and the others are, as shares of the plainest pipeline's speed. */
async function measureSpeed(driver: Driver, targets: StorageTargets): Promise<Row[]> {
  const { bytes, rounds } = compared[driver];
  const names: readonly SubjectName[] = ['raw', 'ours', ...peers];
  const seconds = await runProgram<Record<SubjectName, Record<Direction, readonly number[]>>>('stream-in-turns', [
    driver,
    String(bytes),
    String(rounds),
    names.join(','),
    JSON.stringify(targets),
  ]);
  return (['put', 'get'] as const).flatMap((direction): Row[] => [
    {
      id: `${driver}-${direction}-over-raw`,
      ...pairedRatio(seconds.raw[direction], seconds.ours[direction]),
      unit: 'ratio',
      goal: 0.9,
      comparator: '>=',
    },
    ...peers.map((peer) => ({
      id: `${driver}-${direction}-${peer}-over-raw`,
      ...pairedRatio(seconds.raw[direction], seconds[peer][direction]),
      unit: 'ratio',
    })),
    {
      id: `${driver}-${direction}-raw-mib-per-s`,
      value: bytes / mebibyte / median(seconds.raw[direction]),
      unit: 'MiB/s',
      samples: seconds.raw[direction].length,
    },
  ]);
}
