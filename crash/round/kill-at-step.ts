import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isPubpipeError, type JobStatus } from '@pubpipe/core';
import { patiently } from '../parts/patiently.ts';
import type { ActorProgram, ProgramSetup } from '../parts/process-setup.ts';
import { agesUnderFaults } from '../parts/timing.ts';
import { type Step, type StepName, stepOf } from '../steps/steps.ts';
import { act } from '../work/act.ts';
import { isInHostTransaction, shop } from '../work/order.ts';
import { submitterSetup, workerSetup } from './round-setup.ts';
import type { StepStage } from './step-stage.ts';

/** Longest time in which a process must come to its step. */
const patienceMs = 120_000;

/** Lets a process kill itself at a step, and sees to it that its work is done by others or done again. */
export async function killAtStep(name: StepName, stage: StepStage): Promise<void> {
  const step = stepOf(name);
  if (step.role === 'submitter') await killSubmitter(name, stage);
  else if (step.role === 'worker') await killWorker(name, step, stage);
  else await killActor(name, step, stage);
}

const slug = (name: StepName): string => name.replaceAll(/[^a-z]+/gi, '-');

/** Starts a process that kills itself at the step, and waits until it has; `meanwhile` brings it there. */
export async function untilKilled(
  name: StepName,
  setup: ProgramSetup,
  { stage, meanwhile }: { readonly stage: StepStage; readonly meanwhile: () => Promise<unknown> },
): Promise<void> {
  const stepNote = join(stage.places.notes, slug(name));
  const child = await stage.crew.startExtra({ ...setup, step: name, stepNote });
  await child.ready();
  for (const deadline = performance.now() + patienceMs; !child.hasEnded && performance.now() < deadline; ) {
    await meanwhile();
    await wait(300);
  }
  if (!existsSync(stepNote)) stage.onBroken(`"${name}" was not reached. ${await child.describe()}`);
  await child.kill();
}

const nothing = async (): Promise<void> => undefined;

async function killSubmitter(name: StepName, stage: StepStage): Promise<void> {
  const { options, places, crew, scenes } = stage;
  const isHosts = name.includes("host's");
  const order = scenes.takeOrder((candidate) => isInHostTransaction(candidate) === isHosts);
  const setup = submitterSetup(places, options, { name: slug(name), orders: [order], gateFile: places.openGateFile });
  await untilKilled(name, setup, { stage, meanwhile: nothing });
  // It comes again, and knows only its journal.
  const again = await crew.startExtra(setup);
  await again.succeed(patienceMs);
}

async function killWorker(name: StepName, step: Step, stage: StepStage): Promise<void> {
  const { options, places, scenes } = stage;
  // It sweeps more often than others, so that it finds something to do.
  const ages = { ...agesUnderFaults, intervalMs: 20, housekeepingIntervalMs: 20 };
  const meanwhile = scenes.ofWorker(step.scene);
  await untilKilled(name, workerSetup(places, options, ages), { stage, meanwhile });
}

async function killActor(name: StepName, step: Step, stage: StepStage): Promise<void> {
  const { scene } = step;
  if (scene !== 'cancel' && scene !== 'retry' && scene !== 'erase') throw new RangeError(`"${name}" comes later.`);
  const tenant = scene === 'retry' ? shop : slug(name);
  const deed = await setScene(scene, tenant, stage);
  const { parts, places, onBroken } = stage;
  const setup: ActorProgram = { program: 'actor', parts: places.far, ...deed };
  await untilKilled(name, setup, { stage, meanwhile: nothing });
  if (deed.jobId !== undefined) {
    const hasCommitted = step.trigger.at === 'after-commit';
    const expected: readonly JobStatus[] =
      hasCommitted === (scene === 'cancel') ? ['cancelled'] : ['queued', 'running', 'completed'];
    const { status } = await patiently(() => parts.pipeline.get({ tenant, id: deed.jobId ?? '' }));
    if (!expected.includes(status)) onBroken(`"${name}": the job is ${status}, not ${expected.join(' or ')}.`);
  }
  await act(parts.pipeline, deed).catch((error: unknown) => {
    // A retry that was committed can't be made again.
    if (!(scene === 'retry' && isPubpipeError(error) && error.code === 'ILLEGAL_TRANSITION')) throw error;
  });
}

async function setScene(
  action: 'cancel' | 'retry' | 'erase',
  tenant: string,
  { scenes }: StepStage,
): Promise<Pick<ActorProgram, 'action' | 'tenant' | 'jobId'>> {
  if (action === 'erase') {
    await scenes.openTenant(tenant);
    return { action, tenant };
  }
  const job = await (action === 'cancel' ? scenes.submitLate(tenant) : scenes.cancelOrder());
  return { action, tenant, jobId: job.id };
}
