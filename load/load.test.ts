import { expect, onTestFinished, test } from 'vitest';
import { startRedisServer } from '../test/kit/redis-server.ts';
import { openTestDatabase } from '../test/kit/shared-postgres.ts';
import { openSharedRedis } from '../test/kit/shared-redis.ts';
import { findUnfinished } from './measures/job-rows.ts';
import { isGood } from './measures/mixed-load.ts';
import { sendWhileFrozen } from './measures/redis-frozen.ts';
import { holdSlowClients, tenants } from './measures/slow-clients.ts';
import { allEnded } from './stage/jobs-of-stage.ts';
import { openStage, type StageOptions } from './stage/open-stage.ts';
import { submitOne } from './stage/submit-one.ts';

async function openTestStage(options: Omit<StageOptions, 'postgresUrl'>) {
  const database = await openTestDatabase();
  onTestFinished(() => database.drop());
  const stage = await openStage({ ...options, postgresUrl: database.url });
  onTestFinished(() => stage.close());
  return stage;
}

test('every request is answered while Redis stands still, and every job is completed when it goes on', async () => {
  const redis = await startRedisServer();
  onTestFinished(() => redis.stop());
  // An answer that waited for Redis would not come while it stands still.
  const stage = await openTestStage({ redisUrl: redis.url, renderer: 'stub', queueTimeoutMs: 600_000 });
  const looks: number[] = [];
  const load = await sendWhileFrozen(stage, redis, {
    ratePerSecond: 60,
    seconds: 9,
    warmUpSeconds: 0,
    async whileFrozen() {
      await submitOne(stage.client);
      for (const path of ['/print/health/ready', '/print/metrics'])
        looks.push((await stage.client.ask({ path })).status);
    },
  });
  expect(looks).toEqual([200, 200]);
  expect(load.exchanges).toHaveLength(540);
  expect(load.exchanges.filter((each) => !isGood(each))).toEqual([]);
  expect(load.accepted).toHaveLength(109);
  expect(await allEnded(stage, 60_000)).toBe(true);
  expect(await findUnfinished(stage, load.accepted)).toEqual([]);
}, 180_000);

test('200 slow uploads and 200 idle event streams hold at once, and the API grows by no more than 200 MiB', async () => {
  const { url } = await openSharedRedis();
  const stage = await openTestStage({ redisUrl: url, tenants });
  const slow = { uploads: 200, streams: 200, chunks: 8, chunkBytes: 16_384, pauseMs: 50 };
  const { stored, awake, growthMib } = await holdSlowClients(stage, slow);
  expect({ stored, awake }).toEqual({ stored: 200, awake: 200 });
  expect(growthMib).toBeLessThanOrEqual(200);
}, 180_000);
