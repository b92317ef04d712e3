import { sql } from 'kysely';
import { stepOf } from '../steps/steps.ts';
import { readJobs, readRecords } from '../verdict/read-rows.ts';
import { listStoredThings } from '../verdict/stored-things.ts';
import { shop } from '../work/order.ts';
import type { EndStage } from './end-round.ts';
import { untilKilled } from './kill-at-step.ts';
import { sweepLast } from './last-sweep.ts';

/** Purges all jobs, with a kill at each step of it, sweeps, and counts what is left: rows, objects and unfinished uploads. */
export async function purgeAll(stage: EndStage): Promise<number> {
  const { options, parts, places, onBroken, onKilled } = stage;
  for (const name of options.steps.filter((each) => stepOf(each).scene === 'purge')) {
    const before = await countOfShop(parts.db);
    const setup = { program: 'actor', parts: places.far, action: 'purge', tenant: shop } as const;
    await untilKilled(name, setup, { stage, meanwhile: async () => undefined });
    const left = await countOfShop(parts.db);
    // The first COMMIT takes records of a merge away, or all jobs where there is none.
    const isRight = stepOf(name).trigger.at === 'after-commit' ? left < before : left === before;
    if (!isRight) onBroken(`"${name}": of ${before} jobs and records ${left} are left.`);
    onKilled(name);
  }
  for (let more = true; more; ) {
    const { jobs, records } = await parts.jobStore.purge({ olderThanMs: 0, limit: 1_000 });
    more = jobs > 0 || records > 0;
  }
  await sweepLast(stage);
  const { keys, unfinished } = await listStoredThings(places.near.store);
  const { rows } = await sql<{
    count: number;
  }>`SELECT (SELECT count(*) FROM pubpipe_jobs) + (SELECT count(*) FROM pubpipe_artifacts)
    + (SELECT count(*) FROM pubpipe_job_artifacts) + (SELECT count(*) FROM pubpipe_job_records) + (SELECT count(*) FROM pubpipe_job_events) AS count`.execute(
    parts.db,
  );
  return keys.length + unfinished.length + Number(rows[0]?.count);
}

/** How many jobs the shop has, and records. */
async function countOfShop(db: EndStage['parts']['db']): Promise<number> {
  const jobs = new Set((await readJobs(db)).flatMap(({ tenant, id }) => (tenant === shop ? [id] : [])));
  const records = (await readRecords(db)).filter((record) => jobs.has(record.job_id));
  return jobs.size + records.length;
}
