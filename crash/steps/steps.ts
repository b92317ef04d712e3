import type { DeletableContent, NewArtifact, SweepResult } from '@pubpipe/core';
import type { Trigger } from './trigger.ts';

/** Which process kills itself at a step, and what has to be there so that it comes to it. */
export interface Step {
  readonly role: 'submitter' | 'worker' | 'actor';
  /** `orders`: jobs that come; the others are set by `scenes.ts`. */
  readonly scene: 'orders' | 'leftovers' | 'poison' | 'cancel' | 'retry' | 'erase' | 'purge';
  readonly trigger: Trigger;
}

const ofKind =
  (kind: NewArtifact['kind']) =>
  (artifact: NewArtifact): boolean =>
    artifact.kind === kind;
const isUnder = (key: string): boolean => key.startsWith('artifacts/');
const firstTime = (content: DeletableContent): boolean => !content.deletedBefore;
const secondTime = (content: DeletableContent): boolean => content.deletedBefore;

const submitter = (trigger: Trigger): Step => ({ role: 'submitter', scene: 'orders', trigger });
const worker = (trigger: Trigger): Step => ({ role: 'worker', scene: 'orders', trigger });
const sweeper = (trigger: Trigger): Step => ({ role: 'worker', scene: 'leftovers', trigger });
const actor = (scene: Step['scene'], trigger: Trigger): Step => ({ role: 'actor', scene, trigger });

const commits = (
  name: string,
  trigger: Pick<Trigger, 'port' | 'method' | 'with'>,
  step: (trigger: Trigger) => Step,
) => ({
  [`${name}: before COMMIT`]: step({ ...trigger, at: 'before-commit' }),
  [`${name}: after COMMIT, its answer lost`]: step({ ...trigger, at: 'after-commit' }),
});

const inSweep = (name: string, statement: RegExp): Readonly<Record<string, Step>> => ({
  [`sweep: after ${name}`]: sweeper({ port: 'jobStore', method: 'sweep', at: { statement } }),
});

/** The named steps: at each of them a process is killed once. */
export const steps: Readonly<Record<string, Step>> = {
  'upload: after the pending row': submitter({
    port: 'jobStore',
    method: 'beginArtifact',
    at: 'after',
    with: ofKind('upload'),
  }),
  'upload: after the blob': submitter({ port: 'artifactStore', method: 'put', at: 'after' }),
  ...commits('upload', { port: 'jobStore', method: 'publishArtifact' }, submitter),
  ...commits('submit', { port: 'jobStore', method: 'submit' }, submitter),
  ...commits("submit in the host's transaction", { port: 'host', method: 'order' }, submitter),
  'submit: after enqueue, before dispatched_at': submitter({ port: 'queue', method: 'enqueue', at: 'after' }),

  ...commits('claim', { port: 'jobStore', method: 'claim' }, worker),
  'output: after the pending row': worker({
    port: 'jobStore',
    method: 'beginArtifact',
    at: 'after',
    with: ofKind('rendition'),
  }),
  'output: after the blob': worker({ port: 'artifactStore', method: 'put', at: 'after' }),
  ...commits('preview', { port: 'jobStore', method: 'publishPreview' }, worker),
  ...commits('complete', { port: 'jobStore', method: 'complete' }, worker),
  ...commits('fail', { port: 'jobStore', method: 'fail' }, worker),

  'sweep: after a poisoned job was given up': {
    role: 'worker',
    scene: 'poison',
    trigger: { port: 'jobStore', method: 'sweep', at: { statement: /"lost_claims" >= / } },
  },
  ...inSweep('lost jobs were queued again', /"lost_claims" = "jobs"."lost_claims" \+/),
  ...inSweep('their events were written', /^insert into "pubpipe_job_events"/),
  ...inSweep('their previews were unlinked', /^delete from "pubpipe_job_artifacts"/),
  ...inSweep('their previews were condemned', /^update "pubpipe_artifacts"/),
  ...inSweep('abandoned artifacts were condemned', /^with "condemned".*"created_at" </),
  ...inSweep('expired uploads were condemned', /^with "condemned".*"expires_at" </),
  ...commits('sweep', { port: 'jobStore', method: 'sweep' }, sweeper),
  'sweep: after it has found what there is to do': sweeper({
    port: 'jobStore',
    method: 'sweep',
    at: 'after',
    answers: ({ deletable }: SweepResult) => deletable.length > 0,
  }),
  ...commits('sweep, a delivery that the queue has lost', { port: 'jobStore', method: 'redispatch' }, sweeper),
  'sweep: after enqueue, before dispatched_at': sweeper({ port: 'queue', method: 'enqueue', at: 'after' }),
  ...commits('sweep, dispatched_at', { port: 'jobStore', method: 'markDispatched' }, sweeper),
  'sweep: before a blob is deleted': sweeper({ port: 'artifactStore', method: 'delete', at: 'before', with: isUnder }),
  'sweep: after a blob was deleted': sweeper({ port: 'artifactStore', method: 'delete', at: 'after', with: isUnder }),
  ...commits('sweep, a blob deleted', { port: 'jobStore', method: 'confirmDeleted', with: firstTime }, sweeper),
  ...commits('sweep, a blob deleted twice', { port: 'jobStore', method: 'confirmDeleted', with: secondTime }, sweeper),
  'sweep: after unfinished uploads were removed': sweeper({
    port: 'artifactStore',
    method: 'discardIncomplete',
    at: 'after',
    answers: (discarded: number) => discarded > 0,
  }),
  'sweep: after abandoned scratch was removed': sweeper({
    port: 'scratchSpace',
    method: 'discardAbandoned',
    at: 'after',
    answers: (discarded: number) => discarded > 0,
  }),

  ...commits('cancel', { port: 'jobStore', method: 'cancel' }, (trigger) => actor('cancel', trigger)),
  ...commits('retry by hand', { port: 'jobStore', method: 'retry' }, (trigger) => actor('retry', trigger)),
  ...commits('erase, cancelling', { port: 'jobStore', method: 'cancelForErasure' }, (trigger) =>
    actor('erase', trigger),
  ),
  ...commits('erase', { port: 'jobStore', method: 'eraseSome' }, (trigger) => actor('erase', trigger)),
  ...commits('purge', { port: 'jobStore', method: 'purge' }, (trigger) => actor('purge', trigger)),
};

/** A key of {@link steps}. */
export type StepName = string;

/** The step of this name. */
export function stepOf(name: StepName): Step {
  const step = steps[name];
  if (step === undefined) throw new RangeError(`There is no step "${name}".`);
  return step;
}
