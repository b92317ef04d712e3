import { describe, expect, it } from 'vitest';
import { isLegalTransition, type JobStatus, jobStatuses } from '../../job/job-status.ts';
import type { Claim } from '../../ports/job-store.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, leaseMs, patientSweep, tenant } from './job-store-scene.ts';

/** Every operation from every state, held against `jobTransitions`. */
export function describeTransitions({ scene }: JobStoreSubject): void {
  const operations: Readonly<Record<string, { to: JobStatus; run: (claim: Claim) => Promise<unknown> }>> = {
    claim: { to: 'running', run: ({ jobId }) => scene().store.claim({ jobId, owner: 'worker', leaseMs }) },
    complete: { to: 'completed', run: (claim) => scene().store.complete(claim, { outputs: [], summary: {} }) },
    fail: { to: 'failed', run: (claim) => scene().store.fail(claim, finalFailure) },
    'fail with a retry': { to: 'queued', run: (claim) => scene().store.fail(claim, { ...finalFailure, retryInMs: 0 }) },
    release: { to: 'queued', run: (claim) => scene().store.release(claim, { maxClaims: 20 }) },
    cancel: { to: 'cancelled', run: ({ jobId }) => scene().store.cancel({ tenant, id: jobId }) },
    retry: { to: 'queued', run: ({ jobId }) => scene().store.retry({ tenant, id: jobId }) },
    'sweep after the lease': {
      to: 'queued',
      run: async () => {
        await scene().advanceTime(leaseMs + 1);
        await scene().store.sweep(patientSweep);
      },
    },
  };
  // Who may do what: an operation is for some of the states from which its transition is legal.
  const endedByHand: readonly JobStatus[] = ['failed', 'cancelled'];
  const isFor = (operation: string, from: JobStatus): boolean => {
    if (operation === 'retry') return endedByHand.includes(from);
    if (operation === 'claim') return from === 'queued';
    return operation === 'cancel' ? from === 'queued' || from === 'running' : from === 'running';
  };

  async function bringTo(status: JobStatus): Promise<Claim> {
    const { submit, submitAndClaim, store } = scene();
    if (status === 'queued') return { tenant, jobId: (await submit()).job.id, attempt: 0 };
    const { claim } = await submitAndClaim();
    if (status === 'completed') await store.complete(claim, { outputs: [], summary: {} });
    if (status === 'failed') await store.fail(claim, finalFailure);
    if (status === 'cancelled') await store.cancel({ tenant, id: claim.jobId });
    return claim;
  }

  const table = jobStatuses.flatMap((from) =>
    Object.entries(operations).map(([operation, { to, run }]) => ({ from, operation, to, run })),
  );

  describe('from each state', () => {
    it.each(table)('$from: $operation is legal or changes nothing', async ({ from, operation, to, run }) => {
      const { read, eventTypes } = scene();
      const claim = await bringTo(from);
      const eventsBefore = await eventTypes(claim.jobId);
      // What it answers is told by the tests of the operation; here only what it did.
      await run(claim).catch(() => {});
      const { status } = await read(claim.jobId);
      const events = await eventTypes(claim.jobId);
      if (isFor(operation, from)) {
        expect(status).toBe(to);
        expect(isLegalTransition(from, to)).toBe(true);
        expect(events).toHaveLength(eventsBefore.length + 1);
      } else {
        expect(status).toBe(from);
        expect(events).toEqual(eventsBefore);
      }
    });
  });
}
