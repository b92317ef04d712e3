// The same work done by ours and by what people would take otherwise: rendering, storage, queue. Also what is left
// of each when it is killed half way. Information, no goals. BENCH_SHORT=1 tries it: one round, few documents.
import { readFileSync } from 'node:fs';
import { publishComparison } from '../peers/page/comparison-page.ts';
import { measureQueues } from '../peers/queue/measure-queues.ts';
import { measureRendering } from '../peers/rendering/measure-rendering.ts';
import { measureStorage } from '../peers/storage/measure-storage.ts';
import type { BenchSuite, Fact, Finding } from '../suite.ts';

const isShort = process.env['BENCH_SHORT'] === '1';
const rounds = isShort ? 1 : 3;
const libraries = [
  'flydrive',
  '@flystorage/file-storage',
  '@aws-sdk/lib-storage',
  '@aws-sdk/client-s3',
  'bullmq',
  'pg-boss',
  'pg',
  'ioredis',
] as const;

export const suite: BenchSuite = { name: 'peers', run, publish: publishComparison };

async function run(): Promise<readonly Finding[]> {
  return [
    ...libraries.map(versionOf),
    ...(await measureRendering({ rounds, everyNth: isShort ? 12 : 4 })),
    ...(await measureStorage(rounds)),
    ...(await measureQueues(rounds)),
  ];
}

function versionOf(library: string): Fact {
  const file = new URL(`../../node_modules/${library}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
  return { id: `version-${library}`, text: version };
}
