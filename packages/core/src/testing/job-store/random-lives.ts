import { describe, expect, it } from 'vitest';
import { isPubpipeError } from '../../errors/pubpipe-error.ts';
import type { JobView } from '../../job/job.ts';
import { isLegalTransition } from '../../job/job-status.ts';
import type { Claim } from '../../ports/job-store.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, type JobStoreScene, leaseMs, tenant } from './job-store-scene.ts';
import { mulberry32 } from './mulberry32.ts';

const steps = 250;

/** Some hundred steps in an order that only the seed knows: what always holds must hold after each. */
export function describeRandomLives({ scene }: JobStoreSubject): void {
  describe('whatever happens in whatever order', () => {
    it.each([1, 2, 3])('the invariants hold (seed %i)', async (seed) => {
      const random = mulberry32(seed);
      const jobIds: string[] = [];
      for (let index = 0; index < 4; index += 1) jobIds.push((await scene().submit()).job.id);
      const claims: Claim[] = [];
      const claimOf = (jobId: string): Claim => {
        const own = claims.filter((claim) => claim.jobId === jobId);
        // Now and then a claim that is probably over.
        return (random() < 0.8 ? own.at(-1) : pick(random, own)) ?? { tenant, jobId, attempt: 1 };
      };
      const before = new Map<string, JobView>();
      const done = new Set<string>();
      for (let step = 0; step < steps; step += 1) {
        const jobId = pick(random, jobIds);
        const action = pick(random, actions);
        if (jobId === undefined || action === undefined) throw new Error('There is nothing to pick from.');
        const claimed = await attemptOf(action, scene(), claimOf(jobId));
        if (claimed === undefined) continue;
        done.add(action.name);
        if (typeof claimed === 'object') claims.push(claimed);
        for (const id of jobIds) before.set(id, await checkInvariants(scene(), id, before.get(id)));
        // Nothing happens to a completed job any more: it makes room for a new one.
        for (const [index, id] of jobIds.entries()) {
          if (before.get(id)?.status === 'completed') jobIds[index] = (await scene().submit()).job.id;
        }
      }
      // Otherwise the seed says nothing.
      expect([...done].toSorted()).toEqual(actions.map(({ name }) => name).toSorted());
    });
  });
}

interface Action {
  readonly name: string;
  readonly run: (scene: JobStoreScene, claim: Claim) => Promise<unknown>;
}

const actions: readonly Action[] = [
  { name: 'claim', run: async ({ store }, { jobId }) => (await store.claim({ jobId, owner: 'w', leaseMs }))?.claim },
  {
    name: 'claim again',
    run: async ({ store }, { jobId }) => (await store.claim({ jobId, owner: 'v', leaseMs }))?.claim,
  },
  {
    name: 'heartbeat',
    run: ({ store }, claim) => store.heartbeat(claim, { leaseMs, progress: { stage: 'exporting' } }),
  },
  {
    name: 'preview',
    run: async ({ store, read, previewOf }, claim) => {
      const { previews } = await read(claim.jobId);
      await store.publishPreview(claim, await previewOf(previews.length + 1));
    },
  },
  {
    name: 'complete',
    run: async ({ store, output }, claim) => store.complete(claim, { outputs: [await output()], summary: {} }),
  },
  { name: 'fail', run: ({ store }, claim) => store.fail(claim, finalFailure) },
  { name: 'fail and wait', run: ({ store }, claim) => store.fail(claim, { ...finalFailure, retryInMs: 500 }) },
  { name: 'release', run: ({ store }, claim) => store.release(claim, { maxClaims: 20 }) },
  { name: 'cancel', run: ({ store }, { jobId }) => store.cancel({ tenant, id: jobId }) },
  { name: 'retry', run: ({ store }, { jobId }) => store.retry({ tenant, id: jobId }) },
  { name: 'wait', run: async ({ advanceTime }) => advanceTime(600) },
  {
    name: 'lose a lease',
    run: async ({ store, advanceTime }) => {
      await advanceTime(leaseMs + 1);
      await store.sweep({ limit: 2, maxClaims: 4, abandonedAfterMs: leaseMs * 100, keepDeletedMs: 1 });
    },
  },
];

/** What the action answered; `undefined` when it was refused, which is as legal as any other outcome. */
async function attemptOf({ run }: Action, scene: JobStoreScene, claim: Claim): Promise<Claim | true | undefined> {
  try {
    const answer = await run(scene, claim);
    return typeof answer === 'object' && answer !== null && 'attempt' in answer && 'jobId' in answer
      ? (answer as Claim)
      : true;
  } catch (error) {
    if (isPubpipeError(error) && (error.code === 'CLAIM_LOST' || error.code === 'ILLEGAL_TRANSITION')) return undefined;
    throw error;
  }
}

async function checkInvariants({ store, read }: JobStoreScene, id: string, before?: JobView): Promise<JobView> {
  const job = await read(id);
  const events = await store.events({ tenant, id });
  expect(events.map(({ seq }) => seq)).toEqual(Array.from(events, (_, index) => index + 1));
  const starts = events.filter(({ type }) => type === 'started');
  expect(starts.map(({ data }) => data['attempt'])).toEqual(Array.from(starts, (_, index) => index + 1));
  expect(job.attempt).toBe(starts.length);
  expect(job.outputs.length > 0).toBe(job.status === 'completed');
  if (job.status !== 'running') expect({ previews: job.previews, progress: job.progress }).toEqual({ previews: [] });
  for (const { attempt, artifact } of job.previews) expect([attempt, artifact.state]).toEqual([job.attempt, 'ready']);
  expect(job.finishedAt !== undefined).toBe(!['queued', 'running'].includes(job.status));
  expect(job.crashCount).toBeLessThanOrEqual(job.failures);
  expect(job.input.state).toBe('ready');
  if (before !== undefined && before.status !== job.status) {
    expect(isLegalTransition(before.status, job.status), `${before.status} -> ${job.status}`).toBe(true);
    expect(job.attempt).toBeGreaterThanOrEqual(before.attempt);
  }
  return job;
}

function pick<T>(random: () => number, items: readonly T[]): T | undefined {
  return items[Math.floor(random() * items.length)];
}
