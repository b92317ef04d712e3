import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobView, Pipeline } from '@pubpipe/core';

const runNames = /^\d{4}-\d{2}-\d{2}_\d{2}-\d{2}-\d{2}$/;
const keptRuns = 3;

/** The name of a run that begins now, such as `2026-11-23_18-30-05`: later ones sort after earlier ones. */
export function nameRun(now = new Date()): string {
  return now.toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '-');
}

/** Makes the folder for a run's results, and removes the oldest of the earlier ones. */
export async function openRunFolder(output: string, run: string): Promise<string> {
  const folder = join(output, run);
  await mkdir(folder, { recursive: true });
  const runs = (await readdir(output)).filter((name) => runNames.test(name)).toSorted();
  for (const old of runs.slice(0, -keptRuns)) await rm(join(output, old), { recursive: true, force: true });
  return folder;
}

/**
 * Takes the stored files of earlier runs out of use, and the sweeper deletes them: what a person
 * wants of them is in the runs' folders. The jobs and their history stay.
 */
export async function discardStoredFiles(pipeline: Pipeline): Promise<void> {
  for (const status of ['completed', 'failed', 'cancelled'] as const) {
    const { jobs } = await pipeline.list({ status, limit: 100 });
    const records = [];
    for (const job of jobs.filter(({ type }) => type === 'merge')) {
      records.push(...(await pipeline.records(job, { limit: 1_000 })).records);
    }
    const ofRecords = records.flatMap(({ files }) => files.map(({ artifact }) => artifact));
    const files = [...jobs.flatMap(filesOf), ...ofRecords].filter(({ state }) => state === 'ready');
    for (const file of files) await pipeline.parts.jobStore.removeArtifact(file);
  }
}

function filesOf({ input, assets, outputs }: JobView) {
  return [input, ...[...assets, ...outputs].map(({ artifact }) => artifact)];
}
