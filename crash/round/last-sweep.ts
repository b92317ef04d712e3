import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { lastAges } from '../parts/timing.ts';
import { findOrphans, listFolders, type Orphans, sumOf } from '../verdict/count-orphans.ts';
import { readArtifacts } from '../verdict/read-rows.ts';
import { listStoredThings } from '../verdict/stored-things.ts';
import { workerSetup } from './round-setup.ts';
import type { StepStage } from './step-stage.ts';

/** How long the last sweeps may take to leave nothing. */
const patienceMs = 60_000;

/** Counts what is there and needed by nobody, while no process runs, or one to which its renderer's folders belong. */
export async function countOrphans({ places, parts }: StepStage, running?: { readonly pid: number }): Promise<Orphans> {
  const stored = await listStoredThings(places.near.store);
  const folders = await listFolders([places.scratch, places.rendererDirectory]);
  const left = running === undefined ? folders : folders.filter((name) => !name.includes(`-${running.pid}-`));
  return findOrphans(stored, await readArtifacts(parts.db), left);
}

/**
 * Lets one worker sweep, while no other process runs, until nothing is left that nobody needs. What was uploaded and never used
 * has expired by now: that is the only time that the test changes.
 */
export async function sweepLast(stage: StepStage): Promise<Orphans> {
  const { crew, places, options, parts } = stage;
  await sql`UPDATE pubpipe_artifacts SET expires_at = 0 WHERE expires_at IS NOT NULL`.execute(parts.db);
  const sweeper = await crew.startExtra(workerSetup(places, options, lastAges));
  await sweeper.ready();
  const deadline = performance.now() + patienceMs;
  while (sumOf(await countOrphans(stage, sweeper)) > 0 && performance.now() < deadline) await wait(200);
  await sweeper.finish();
  return await countOrphans(stage);
}
