import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, otherTenant, tenant } from './job-store-scene.ts';

/** `get`, `queueSize`, `countByStatus`. */
export function describeReading({ scene }: JobStoreSubject): void {
  describe('reading a job', () => {
    it('brings its document, its assets by name, its previews by page, and its outputs', async () => {
      const { upload, submit, claim, previewOf, output, store, read } = scene();
      const input = await upload({ fileName: 'brochure.sla' });
      const artifactId = (await upload({ fileName: 'photo.jpg' })).id;
      const assets = ['z.jpg', 'a.jpg', 'fonts/m.ttf'].map((name) => ({ name, artifactId }));
      const { job } = await submit({ inputArtifactId: input.id, assets });
      const { claim: held } = await claim(job.id);
      const pages = [await previewOf(10), await previewOf(9), await previewOf(1)];
      for (const preview of pages) await store.publishPreview(held, preview);

      const running = await read(job.id);
      expect(running.input).toMatchObject({ id: input.id, fileName: 'brochure.sla', byteSize: 1_234 });
      expect(running.assets.map(({ name }) => name)).toEqual(['a.jpg', 'fonts/m.ttf', 'z.jpg']);
      expect(running.previews.map(({ page }) => page)).toEqual([1, 9, 10]);
      expect(running.outputs).toEqual([]);

      const pdf = await output();
      await store.complete(held, { outputs: [...pages, pdf], summary: {} });
      const completed = await read(job.id);
      expect(completed.previews).toEqual([]);
      expect(completed.assets).toEqual(running.assets);
      const named = completed.outputs.map(({ name, artifact }) => [name, artifact.id]);
      expect(new Map(named as [string, string][])).toEqual(
        new Map([...pages, pdf].map(({ name, artifactId: id }) => [name, id])),
      );
    });

    it('reads back any plain JSON', async () => {
      const { submit } = scene();
      const labels = { 'with "quotes"': "it's\n\u2028 ünïcode 🖨️" };
      for (const payload of [
        null,
        [],
        [1, null, 'x'],
        { deep: { list: [{ a: -1.5e300 }] } },
        'a text',
        42,
        false,
        '',
      ]) {
        const { job } = await submit({ payload, labels });
        expect(job).toMatchObject({ payload, labels });
      }
    });

    it('has none of another tenant, and none under an unknown id', async () => {
      const { submit, store } = scene();
      const { job } = await submit();
      await expect(store.get({ tenant: otherTenant, id: job.id })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      await expect(store.get({ tenant, id: crypto.randomUUID() })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    });
  });

  describe('counting jobs', () => {
    it('says how many have not ended, over all tenants, and which of them are not due', async () => {
      const { submit, submitAndClaim, store } = scene();
      expect(await store.queueSize()).toEqual({ queued: 0, delayed: 0, running: 0 });
      const { delivery } = await submit();
      await store.markDispatched(delivery);
      await submit({ tenant: otherTenant });
      await submit({ delayMs: 60_000 });
      await submitAndClaim();
      await store.cancel({ tenant, id: (await submit()).job.id });
      const completed = await submitAndClaim();
      await store.complete(completed.claim, { outputs: [], summary: {} });
      const retried = await submitAndClaim();
      await store.fail(retried.claim, { ...finalFailure, retryInMs: 60_000 });
      expect(await store.queueSize()).toEqual({ queued: 2, delayed: 2, running: 1 });
    });

    it('says how many jobs are in each state, over all tenants', async () => {
      const { submit, submitAndClaim, store } = scene();
      expect(await store.countByStatus()).toEqual({ queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 });
      await submit();
      await submit({ tenant: otherTenant });
      await submitAndClaim();
      const { job } = await submit();
      await store.cancel({ tenant, id: job.id });
      const { claim } = await submitAndClaim();
      await store.complete(claim, { outputs: [], summary: {} });
      expect(await store.countByStatus()).toEqual({ queued: 2, running: 1, completed: 1, failed: 0, cancelled: 1 });
    });
  });
}
