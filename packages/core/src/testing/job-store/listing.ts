import { describe, expect, it } from 'vitest';
import type { JobFilter, JobPage, JobStore } from '../../ports/job-store.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { otherTenant, tenant } from './job-store-scene.ts';

/** `list`. */
export function describeListing({ scene }: JobStoreSubject): void {
  describe('listing jobs', () => {
    const idsOf = ({ jobs }: JobPage) => jobs.map(({ id }) => id);

    async function submitMany(count: number): Promise<string[]> {
      const ids: string[] = [];
      for (let index = 0; index < count; index += 1) ids.push((await scene().submit()).job.id);
      return ids;
    }

    async function readAllPages(store: JobStore<unknown>, filter: JobFilter, betweenPages = async () => {}) {
      const ids: string[] = [];
      let page = await store.list(filter);
      ids.push(...idsOf(page));
      while (page.nextCursor !== undefined) {
        await betweenPages();
        page = await store.list({ ...filter, cursor: page.nextCursor });
        ids.push(...idsOf(page));
        expect(ids.length).toBeLessThan(100);
      }
      return ids;
    }

    it('reads the newest first, each as get reads it', async () => {
      const { submit, upload, store, read } = scene();
      const logo = await upload();
      const first = await submit({ assets: [{ name: 'logo.png', artifactId: logo.id }] });
      const second = await submit();
      const { jobs, nextCursor } = await store.list({ tenant });
      expect(jobs).toEqual([await read(second.job.id), await read(first.job.id)]);
      expect(nextCursor).toBeUndefined();
    });

    it.each([1, 2, 3, 7, 8])('leaves out and repeats none in pages of %i', async (limit) => {
      const { store } = scene();
      const ids = await submitMany(7);
      expect(await readAllPages(store, { tenant, limit })).toEqual(ids.toReversed());
    });

    it('leaves out and repeats none also while new jobs arrive', async () => {
      const { store, submit } = scene();
      const ids = await submitMany(6);
      const read = await readAllPages(store, { tenant, limit: 2 }, async () => void (await submit()));
      expect(read).toEqual(ids.toReversed());
    });

    it('has no further page when the last one is just full', async () => {
      const { store } = scene();
      await submitMany(2);
      expect((await store.list({ tenant, limit: 2 })).nextCursor).toBeUndefined();
    });

    it('filters by status, type and reference, all of which must match', async () => {
      const { submit, claim, store } = scene();
      const reference = 'order-17';
      const both = await submit({ type: 'render', reference });
      const otherType = await submit({ type: 'check', reference });
      const otherReference = await submit({ type: 'render', reference: 'order-18' });
      const none = await submit({ type: 'render' });
      await claim(none.job.id);
      const list = async (filter: Omit<JobFilter, 'tenant'>) => idsOf(await store.list({ tenant, ...filter }));
      expect(await list({ status: 'running' })).toEqual([none.job.id]);
      expect(await list({ type: 'check' })).toEqual([otherType.job.id]);
      expect(await list({ reference })).toEqual([otherType.job.id, both.job.id]);
      expect(await list({ reference, type: 'render' })).toEqual([both.job.id]);
      expect(await list({ status: 'queued', type: 'render' })).toEqual([otherReference.job.id, both.job.id]);
      expect(await list({ status: 'running', reference })).toEqual([]);
      expect(await readAllPages(store, { tenant, reference, limit: 1 })).toEqual([otherType.job.id, both.job.id]);
    });

    it('filters by batch', async () => {
      const { submit, store } = scene();
      const batch = 'order-4711';
      const first = await submit({ batch });
      const second = await submit({ batch, reference: 'b' });
      for (const other of [{}, { batch: 'order-4712' }, { batch, tenant: otherTenant }]) await submit(other);
      const list = async (filter: Omit<JobFilter, 'tenant'>) => idsOf(await store.list({ tenant, ...filter }));
      expect(await list({ batch })).toEqual([second.job.id, first.job.id]);
      expect(await list({ batch, reference: 'b' })).toEqual([second.job.id]);
      expect(await list({ batch, status: 'running' })).toEqual([]);
      expect(await readAllPages(store, { tenant, batch, limit: 1 })).toEqual([second.job.id, first.job.id]);
    });

    it("shows no other tenant's jobs, also not with a cursor of theirs", async () => {
      const { store, submit } = scene();
      await submitMany(3);
      const theirs = await submit({ tenant: otherTenant });
      expect(idsOf(await store.list({ tenant: otherTenant }))).toEqual([theirs.job.id]);
      const { nextCursor: cursor } = await store.list({ tenant, limit: 1 });
      expect(cursor).toBeDefined();
      expect(idsOf(await store.list({ tenant: otherTenant, cursor }))).toEqual([]);
    });

    it.each([0, -1, 1_001, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the limit %d', async (limit) => {
      await expect(scene().store.list({ tenant, limit })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it.each(['', 'nonsense', '0', '../..', 'é'])('refuses the cursor "%s"', async (cursor) => {
      await expect(scene().store.list({ tenant, cursor })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });
  });
}
