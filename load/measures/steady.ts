import type { Row } from '../../bench/suite.ts';
import type { LoadOptions } from '../load-options.ts';
import { allEnded } from '../stage/jobs-of-stage.ts';
import type { LoadServers } from '../stage/load-servers.ts';
import { watchMemory } from '../stage/memory-of-process.ts';
import { openStage } from '../stage/open-stage.ts';
import { jobRows } from './job-rows.ts';
import { latencyRows } from './latency-rows.ts';
import { sendMixedLoad } from './mixed-load.ts';

export const warmUpSeconds = 5;

/** How fast the API answers a steady mix of requests while a worker renders what they submit. */
export async function measureSteady(
  servers: LoadServers,
  { seconds, ratePerSecond }: LoadOptions,
): Promise<readonly Row[]> {
  const stage = await openStage({ ...(await servers.place()), renderer: 'stub' });
  try {
    using memory = watchMemory(stage.api.pid);
    const { exchanges, accepted } = await sendMixedLoad(stage, { ratePerSecond, seconds, warmUpSeconds });
    await allEnded(stage, 60_000);
    return [
      ...latencyRows(exchanges, { goalMs: 25 }),
      ...(await jobRows(stage, accepted)),
      { id: 'rss-growth-mib', value: memory.growthMib(), unit: 'MiB', samples: 1 },
    ];
  } finally {
    await stage.close();
  }
}
