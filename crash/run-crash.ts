import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { CrashOptions } from './crash-options.ts';
import { startCrashServers } from './crew/crash-servers.ts';
import { addResults, type RoundResult } from './round/round-result.ts';
import { runRound } from './round/run-round.ts';
import { steps } from './steps/steps.ts';
import { stubExpectations } from './work/expectations.ts';

/** Runs the whole crash test: a round on each store, on servers of its own, which it stops at the end. */
export async function runCrash(options: CrashOptions, onProgress: (what: string) => void): Promise<RoundResult> {
  const expectations = stubExpectations(options.seed);
  const servers = await startCrashServers({ withS3: options.stores.includes('s3') });
  try {
    const rounds: RoundResult[] = [];
    for (const [index, store] of options.stores.entries()) {
      const share = (all: number) =>
        Math.floor((all * (index + 1)) / options.stores.length) - Math.floor((all * index) / options.stores.length);
      const names = Object.keys(steps).filter(
        (_, place) =>
          options.steps === 'each' || (options.steps === 'shared' && place % options.stores.length === index),
      );
      const round = { ...options, store, steps: names, jobs: share(options.jobs), kills: share(options.kills) };
      rounds.push(
        await runRound(servers, round, { expectations, onProgress: (what) => onProgress(`${store}: ${what}`) }),
      );
    }
    return addResults(rounds);
  } finally {
    if (options.logDirectory !== undefined)
      await cp(servers.directory, join(options.logDirectory), {
        recursive: true,
        filter: (path) => !/store|scratch/.test(path),
      });
    await servers.stop();
  }
}
