import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { otherTenant, tenant } from './job-store-scene.ts';

const all = { limit: 100, perTenant: 100 };

/** `waitingTenants`, lanes and `runAt`. */
export function describeTenantDispatch({ scene }: JobStoreSubject): void {
  describe('whose jobs wait', () => {
    it('tells each tenant by name, with a bounded number of its jobs, however many it has', async () => {
      const { submit, store } = scene();
      for (let index = 0; index < 5; index += 1) await submit();
      const other = await submit({ tenant: otherTenant });
      const tenants = await store.waitingTenants({ limit: 100, perTenant: 2 });
      expect(tenants.map((each) => [each.tenant, each.waiting.length])).toEqual([
        [otherTenant, 1],
        [tenant, 2],
      ]);
      expect(tenants[0]?.waiting[0]).toMatchObject({ ...other.delivery, lane: 'standard' });
    });

    it('goes on behind a tenant, and looks at one alone', async () => {
      const { submit, store } = scene();
      for (const name of ['a', 'b', 'c']) await submit({ tenant: name });
      const names = async (options: object) =>
        (await store.waitingTenants({ ...all, ...options })).map((each) => each.tenant);
      expect(await names({ limit: 2 })).toEqual(['a', 'b']);
      expect(await names({ after: 'b' })).toEqual(['c']);
      expect(await names({ tenant: 'b' })).toEqual(['b']);
      expect(await names({ tenant: 'd' })).toEqual([]);
    });

    it('counts jobs that run and jobs that the queue was told of', async () => {
      const { submit, submitAndClaim, store } = scene();
      await submitAndClaim();
      await submitAndClaim({ lane: 'interactive' });
      await store.markDispatched((await submit()).delivery);
      await submit();
      const [found] = await store.waitingTenants(all);
      expect(found?.inFlight).toEqual({ interactive: 1, standard: 2 });
      expect(found?.waiting).toHaveLength(1);
    });

    it('lists interactive jobs first, and their deliveries go before all others', async () => {
      const { submit, store } = scene();
      const urgent = await submit({ priority: 1_000 });
      const preview = await submit({ lane: 'interactive', priority: -1_000 });
      const [found] = await store.waitingTenants(all);
      expect(found?.waiting.map(({ jobId }) => jobId)).toEqual([preview.job.id, urgent.job.id]);
      expect(preview.delivery.priority).toBeGreaterThan(urgent.delivery.priority);
      expect(await store.undispatched({ limit: 2 })).toEqual([preview.delivery, urgent.delivery]);
      expect(preview.job.lane).toBe('interactive');
    });

    it('lists no job before its runAt, and none can be claimed before', async () => {
      const { submit, store, advanceTime } = scene();
      const { createdAt } = (await submit()).job;
      const later = await submit({ runAt: createdAt + 60_000, tenant: otherTenant });
      expect(later.job.runAt).toBe(createdAt + 60_000);
      const waiting = async () => (await store.waitingTenants({ ...all, tenant: otherTenant }))[0]?.waiting.length;
      const claim = () => store.claim({ jobId: later.job.id, owner: 'worker', leaseMs: 1_000 });
      expect(await waiting()).toBe(0);
      expect(await claim()).toBeUndefined();
      await advanceTime(60_001);
      expect(await waiting()).toBe(1);
      expect(await claim()).toBeDefined();
    });
  });
}
