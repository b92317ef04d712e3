import { sql } from 'kysely';
import { stepOf } from '../steps/steps.ts';
import { readJobs } from '../verdict/read-rows.ts';
import { listStoredThings } from '../verdict/stored-things.ts';
import { shop } from '../work/order.ts';
import type { EndStage } from './end-round.ts';
import { untilKilled } from './kill-at-step.ts';
import { sweepLast } from './last-sweep.ts';

/** Purges all jobs, with a kill at each step of it, sweeps, and counts what is left: rows, objects and unfinished uploads. */
export async function purgeAll(stage: EndStage): Promise<number> {
  const { options, parts, places, onBroken, onKilled } = stage;
  for (const name of options.steps.filter((each) => stepOf(each).scene === 'purge')) {
    const jobs = (await readJobs(parts.db)).filter(({ tenant }) => tenant === shop).length;
    const setup = { program: 'actor', parts: places.far, action: 'purge', tenant: shop } as const;
    await untilKilled(name, setup, { stage, meanwhile: async () => undefined });
    const left = (await readJobs(parts.db)).filter(({ tenant }) => tenant === shop).length;
    const expected = stepOf(name).trigger.at === 'after-commit' ? 0 : jobs;
    if (left !== expected) onBroken(`"${name}": ${left} jobs are left, not ${expected}.`);
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
    + (SELECT count(*) FROM pubpipe_job_artifacts) + (SELECT count(*) FROM pubpipe_job_events) AS count`.execute(
    parts.db,
  );
  return keys.length + unfinished.length + Number(rows[0]?.count);
}
