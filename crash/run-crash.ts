import { cp } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CrashOptions } from './crash-options.ts';
import { type CrashServers, startCrashServers } from './crew/crash-servers.ts';
import { addResults, type RoundResult } from './round/round-result.ts';
import type { RoundOptions } from './round/round-setup.ts';
import { runRound } from './round/run-round.ts';
import { stepOf, steps } from './steps/steps.ts';
import { type Expectations, stubExpectations } from './work/expectations.ts';

/** Runs the whole crash test: a round on each store, on servers of its own, which it stops at the end. */
export async function runCrash(options: CrashOptions, onProgress: (what: string) => void): Promise<RoundResult> {
  const servers = await startCrashServers({ withS3: options.stores.includes('s3') });
  try {
    const expectations = await expect(options, servers);
    const rounds: RoundResult[] = [];
    for (const round of roundsOf(options)) {
      const say = (what: string) => onProgress(`${round.store}: ${what}`);
      rounds.push(await runRound(servers, round, { expectations, onProgress: say }));
    }
    return addResults(rounds);
  } finally {
    if (options.logDirectory !== undefined) await copyLogs(servers.directory, options.logDirectory);
    await servers.stop();
  }
}

async function expect({ seed, renderer }: CrashOptions, servers: CrashServers): Promise<Expectations> {
  if (renderer === 'stub') return stubExpectations(seed);
  const { renderExpectations } = await import('./work/render-expectations.ts');
  return await renderExpectations(seed, await servers.makeDirectory('expected'));
}

/** A round for each store, which share jobs and faults. */
function roundsOf(options: CrashOptions): readonly RoundOptions[] {
  const { stores, renderer } = options;
  // Scribus makes something of each of its documents.
  const all = Object.keys(steps).filter((name) => renderer === 'stub' || stepOf(name).scene !== 'failing-orders');
  const share = (total: number, round: number) =>
    Math.floor((total * (round + 1)) / stores.length) - Math.floor((total * round) / stores.length);
  return stores.map((store, round) => ({
    ...options,
    store,
    jobs: share(options.jobs, round),
    kills: share(options.kills, round),
    steps: {
      each: all,
      shared: all.filter((_, place) => place % stores.length === round),
      none: [],
    }[options.steps],
  }));
}

async function copyLogs(from: string, to: string): Promise<void> {
  const isLeftOut = (path: string) => ['store', 'scratch', 'renderer', 'compiled'].includes(basename(path));
  await cp(from, to, { recursive: true, filter: (path) => !isLeftOut(path) });
}
