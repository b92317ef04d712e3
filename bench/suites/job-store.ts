// The job store on PostgreSQL: lists beside N+1 queries and among a million jobs, whole lives beside pg-boss.
// BENCH_FSYNC=1 makes every COMMIT wait for the disk.
import { startPostgresServer } from '../../test/kit/postgres-server.ts';
import { measureLists } from '../job-store/measure-lists.ts';
import { measureLives } from '../job-store/measure-lives.ts';
import type { BenchSuite, Row } from '../suite.ts';

export const suite: BenchSuite = { name: 'job-store', run };

async function run(): Promise<Row[]> {
  const server = await startPostgresServer({ fsync: process.env['BENCH_FSYNC'] === '1' });
  try {
    return [...(await measureLives(server)), ...(await measureLists(server.url))];
  } finally {
    await server.stop();
  }
}
