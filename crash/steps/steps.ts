import type { DeletableContent, NewArtifact, SweepResult } from '@pubpipe/core';
import type { Trigger } from './trigger.ts';

/** What has to be there; `SceneSetter` makes it. */
export type SceneName =
  | 'orders'
  | 'failing-orders'
  | 'paged-orders'
  | 'merges'
  | 'lost-claim'
  | 'lost-delivery'
  | 'untold-job'
  | 'abandoned-artifact'
  | 'expired-upload'
  | 'old-deleted'
  | 'stuck-upload'
  | 'abandoned-scratch'
  | 'poisoned-job'
  | 'cancel'
  | 'retry'
  | 'erase'
  | 'purge';

/** Which process kills itself at a step, and what has to be there so that it comes to it. */
export interface Step {
  readonly role: 'submitter' | 'worker' | 'actor';
  readonly scene: SceneName;
  readonly trigger: Trigger;
}

const ofKind =
  (kind: NewArtifact['kind']) =>
  (artifact: NewArtifact): boolean =>
    artifact.kind === kind;
const firstTime = (content: DeletableContent): boolean => !content.deletedBefore;
const secondTime = (content: DeletableContent): boolean => content.deletedBefore;

const submitter = (trigger: Trigger): Step => ({ role: 'submitter', scene: 'orders', trigger });
const worker =
  (scene: SceneName) =>
  (trigger: Trigger): Step => ({ role: 'worker', scene, trigger });
const actor =
  (scene: SceneName) =>
  (trigger: Trigger): Step => ({ role: 'actor', scene, trigger });

const commits = (
  name: string,
  trigger: Pick<Trigger, 'port' | 'method' | 'with'>,
  step: (trigger: Trigger) => Step,
) => ({
  [`${name}: before COMMIT`]: step({ ...trigger, at: 'before-commit' }),
  [`${name}: after COMMIT, its answer lost`]: step({ ...trigger, at: 'after-commit' }),
});

const inSweep = (name: string, scene: SceneName, statement: RegExp): Readonly<Record<string, Step>> => ({
  [`sweep: after ${name}`]: worker(scene)({ port: 'jobStore', method: 'sweep', at: { statement } }),
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

  ...commits('claim', { port: 'jobStore', method: 'claim' }, worker('orders')),
  'output: after the pending row': worker('orders')({
    port: 'jobStore',
    method: 'beginArtifact',
    at: 'after',
    with: ofKind('rendition'),
  }),
  'output: after the blob': worker('orders')({ port: 'artifactStore', method: 'put', at: 'after' }),
  ...commits('preview', { port: 'jobStore', method: 'publishPreview' }, worker('paged-orders')),
  ...commits('records', { port: 'jobStore', method: 'publishRecords' }, worker('merges')),
  ...commits('complete', { port: 'jobStore', method: 'complete' }, worker('orders')),
  ...commits('fail', { port: 'jobStore', method: 'fail' }, worker('failing-orders')),

  ...inSweep('a poisoned job was given up', 'poisoned-job', /"lost_claims" >= /),
  ...inSweep('lost jobs were queued again', 'lost-claim', /"lost_claims" = "jobs"."lost_claims" \+/),
  ...inSweep('their events were written', 'lost-claim', /^insert into "pubpipe_job_events"/),
  ...inSweep('their previews were unlinked', 'lost-claim', /^delete from "pubpipe_job_artifacts"/),
  ...inSweep('their previews were condemned', 'lost-claim', /^update "pubpipe_artifacts"/),
  ...inSweep('abandoned artifacts were condemned', 'abandoned-artifact', /^with "condemned".*"created_at" </),
  ...inSweep('expired uploads were condemned', 'expired-upload', /^with "condemned".*"expires_at" </),
  ...commits('sweep', { port: 'jobStore', method: 'sweep' }, worker('abandoned-artifact')),
  'sweep: after it has found what there is to do': worker('expired-upload')({
    port: 'jobStore',
    method: 'sweep',
    at: 'after',
    answers: ({ deletable }: SweepResult) => deletable.length > 0,
  }),
  ...commits('sweep, a lost delivery', { port: 'jobStore', method: 'redispatch' }, worker('lost-delivery')),
  'sweep: after enqueue, before dispatched_at': worker('untold-job')({ port: 'queue', method: 'enqueue', at: 'after' }),
  ...commits('sweep, dispatched_at', { port: 'jobStore', method: 'markDispatched' }, worker('untold-job')),
  'sweep: before a blob is deleted': worker('expired-upload')({
    port: 'artifactStore',
    method: 'delete',
    at: 'before',
  }),
  'sweep: after a blob was deleted': worker('expired-upload')({ port: 'artifactStore', method: 'delete', at: 'after' }),
  ...commits(
    'sweep, a blob deleted',
    { port: 'jobStore', method: 'confirmDeleted', with: firstTime },
    worker('expired-upload'),
  ),
  ...commits(
    'sweep, a blob deleted twice',
    { port: 'jobStore', method: 'confirmDeleted', with: secondTime },
    worker('old-deleted'),
  ),
  'sweep: after unfinished uploads were removed': worker('stuck-upload')({
    port: 'artifactStore',
    method: 'discardIncomplete',
    at: 'after',
    answers: (discarded: number) => discarded > 0,
  }),
  'sweep: after abandoned scratch was removed': worker('abandoned-scratch')({
    port: 'scratchSpace',
    method: 'discardAbandoned',
    at: 'after',
    answers: (discarded: number) => discarded > 0,
  }),

  ...commits('cancel', { port: 'jobStore', method: 'cancel' }, actor('cancel')),
  ...commits('retry by hand', { port: 'jobStore', method: 'retry' }, actor('retry')),
  ...commits('erase, cancelling', { port: 'jobStore', method: 'cancelForErasure' }, actor('erase')),
  ...commits('erase', { port: 'jobStore', method: 'eraseSome' }, actor('erase')),
  ...commits('purge', { port: 'jobStore', method: 'purge' }, actor('purge')),
};

/** A key of {@link steps}. */
export type StepName = string;

/** The step of this name. */
export function stepOf(name: StepName): Step {
  const step = steps[name];
  if (step === undefined) throw new RangeError(`There is no step "${name}".`);
  return step;
}
