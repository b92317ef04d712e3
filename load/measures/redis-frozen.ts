import { setTimeout as wait } from 'node:timers/promises';
import { percentile } from '../../bench/statistics.ts';
import type { Row } from '../../bench/suite.ts';
import type { RedisServer } from '../../test/kit/redis-server.ts';
import type { LoadOptions } from '../load-options.ts';
import { allEnded, readJobs } from '../stage/jobs-of-stage.ts';
import type { LoadServers } from '../stage/load-servers.ts';
import { watchMemory } from '../stage/memory-of-process.ts';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { jobRows } from './job-rows.ts';
import { latencyRows } from './latency-rows.ts';
import { type MixedLoad, type MixedLoadOptions, sendMixedLoad } from './mixed-load.ts';
import { warmUpSeconds } from './steady.ts';

const suffix = '-redis-frozen';
const catchUpTimeoutMs = 120_000;

/** How fast the API answers, and what becomes of its jobs, when Redis stands still for the middle third of the time. */
export async function measureRedisFrozen(
  servers: LoadServers,
  { seconds, ratePerSecond }: LoadOptions,
): Promise<readonly Row[]> {
  const stage = await openStage({ ...(await servers.place()), renderer: 'stub' });
  try {
    using memory = watchMemory(stage.api.pid);
    const load = await sendWhileFrozen(stage, servers.redis, { ratePerSecond, seconds, warmUpSeconds });
    await allEnded(stage, catchUpTimeoutMs);
    const frozenMs = load.exchanges
      .filter(({ dueAt }) => dueAt >= load.frozenAt && dueAt < load.thawedAt)
      .map(({ latencyMs }) => latencyMs);
    return [
      ...latencyRows(load.exchanges, { goalMs: 50, suffix }),
      { id: 'p99-while-redis-stands-ms', value: percentile(frozenMs, 0.99), unit: 'ms', samples: frozenMs.length },
      ...(await jobRows(stage, load.accepted, suffix)),
      await caughtUpRow(stage, load.thawedAt),
      { id: `rss-growth${suffix}-mib`, value: memory.growthMib(), unit: 'MiB', samples: 1 },
    ];
  } finally {
    await stage.close();
  }
}

/** When the last job was done that had been accepted before Redis went on. */
async function caughtUpRow(stage: Pick<Stage, 'db'>, thawedAt: number): Promise<Row> {
  const thawedAtMs = performance.timeOrigin + thawedAt;
  const before = (await readJobs(stage)).filter(({ createdAt }) => createdAt < thawedAtMs);
  const last = Math.max(...before.map(({ finishedAt }) => finishedAt ?? Number.POSITIVE_INFINITY));
  return { id: 'caught-up-after-s', value: (last - thawedAtMs) / 1_000, unit: 's', samples: before.length };
}

/** A load, and when Redis stood still meanwhile, by `performance.now()`. */
export interface FrozenLoad extends MixedLoad {
  readonly frozenAt: number;
  readonly thawedAt: number;
}

/** {@link MixedLoadOptions}, with a standstill. */
export interface FrozenLoadOptions extends MixedLoadOptions {
  /** Done while Redis stands still, which lasts until it is done. */
  readonly whileFrozen?: () => Promise<unknown>;
}

/** Sends a load, and stops Redis for its middle third by SIGSTOP. */
export async function sendWhileFrozen(
  stage: Pick<Stage, 'client'>,
  redis: Pick<RedisServer, 'freeze' | 'thaw'>,
  { whileFrozen, ...options }: FrozenLoadOptions,
): Promise<FrozenLoad> {
  const third = (options.seconds * 1_000) / 3;
  const begun = Promise.withResolvers<void>();
  const load = sendMixedLoad(stage, options, begun.resolve);
  // A load that can not begin is not waited for.
  await Promise.race([begun.promise, load]);
  await wait(third);
  const frozenAt = performance.now();
  redis.freeze();
  try {
    await Promise.all([wait(third), whileFrozen?.()]);
  } finally {
    redis.thaw();
  }
  const thawedAt = performance.now();
  return { ...(await load), frozenAt, thawedAt };
}
