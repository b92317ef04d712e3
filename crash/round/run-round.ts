import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { silentLogger } from '@pubpipe/core';
import pLimit from 'p-limit';
import type { CrashServers } from '../crew/crash-servers.ts';
import { Crew } from '../crew/crew.ts';
import { injectFault } from '../crew/inject-fault.ts';
import { openParts } from '../parts/open-parts.ts';
import { leaseMs } from '../parts/timing.ts';
import { nameOfFault } from '../plan/fault.ts';
import { planFaults } from '../plan/plan-faults.ts';
import { createRandom } from '../plan/random.ts';
import { type StepName, stepOf } from '../steps/steps.ts';
import type { Expectations } from '../work/expectations.ts';
import { endRound } from './end-round.ts';
import { killAtStep } from './kill-at-step.ts';
import type { RoundResult } from './round-result.ts';
import { followerSetup, makePlaces, ordersOf, type RoundOptions, submitterSetup, workerSetup } from './round-setup.ts';
import { SceneSetter } from './scene-setter.ts';

const submitters = 2;
const followers = 2;
/** Named steps that are under way at once, beside the random faults. */
const stepsAtOnce = 2;

/** One round: the whole system on one store, all its faults, and what has become of it. */
export async function runRound(
  servers: CrashServers,
  options: RoundOptions,
  { expectations, onProgress }: { readonly expectations: Expectations; readonly onProgress: (what: string) => void },
): Promise<RoundResult> {
  const places = await makePlaces(servers, options);
  const broken: string[] = [];
  const onBroken = (what: string): void => {
    onProgress(`broken: ${what}`);
    broken.push(what);
  };
  const crew = new Crew({
    logDirectory: places.logs,
    compileCache: join(servers.directory, 'compiled'),
    onUnexpectedEnd: onBroken,
    setups: {
      worker: Array.from({ length: options.workers }, () => workerSetup(places, options)),
      submitter: Array.from({ length: submitters }, (_, slot) =>
        submitterSetup(places, options, {
          name: String(slot),
          orders: ordersOf(options.jobs).filter((order) => order % submitters === slot),
          gateFile: places.gateFile,
        }),
      ),
      follower: Array.from({ length: followers }, (_, slot) => followerSetup(places, slot)),
    },
  });
  const parts = await openParts(places.near, { logger: silentLogger });
  const scenes = new SceneSetter(parts, places, options);
  const kills = new Map<string, number>();
  const count = (kind: string) => kills.set(kind, (kills.get(kind) ?? 0) + 1);

  const onKilled = (name: StepName): void => {
    count('at-a-named-step');
    onProgress(`killed at "${name}"`);
  };

  async function injectFaults(): Promise<void> {
    const slots = { worker: options.workers, submitter: submitters, follower: followers };
    const plan = planFaults({ ...options, slots, leaseMs });
    for (const [index, { waitMs, fault }] of plan.entries()) {
      // Jobs come as faults do, so that there is always something to be disturbed.
      writeFileSync(places.gateFile, String(Math.ceil((options.jobs * (index + 1)) / plan.length)));
      await wait(waitMs);
      if (await injectFault(fault, { servers, crew })) count(nameOfFault(fault));
      if (index % 10 === 9) onProgress(`${index + 1} of ${plan.length} faults`);
    }
    writeFileSync(places.gateFile, 'Infinity');
  }

  async function killAtSteps(): Promise<void> {
    const names = createRandom(options.seed).shuffled(options.steps.filter((name) => stepOf(name).scene !== 'purge'));
    await pLimit(stepsAtOnce).map(names, async (name) => {
      await killAtStep(name, { options, places, parts, crew, scenes, onBroken });
      onKilled(name);
    });
  }

  try {
    await crew.start();
    await Promise.all([injectFaults(), killAtSteps()]);
    const stage = { options, places, parts, crew, scenes, onBroken, onProgress, onKilled, expectations, followers };
    const result = await endRound(stage);
    return { ...result, broken, kills };
  } finally {
    await scenes.close();
    await crew.killAll();
    await parts.close();
  }
}
