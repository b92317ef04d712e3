import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { otherTenant, tenant, uploadExpiresInMs } from './job-store-scene.ts';

/** `submit` in a transaction of its own. */
export function describeSubmitting({ scene }: JobStoreSubject): void {
  describe('submitting', () => {
    it('queues a job: its row, its links and its first event', async () => {
      const { upload, submit, store, read } = scene();
      const input = await upload();
      const logo = await upload({ fileName: 'logo.png' });
      const { job, created, delivery } = await submit({
        inputArtifactId: input.id,
        assets: [{ name: 'images/logo.png', artifactId: logo.id }],
        payload: { renditions: [{ kind: 'png', dpi: 150 }], note: 'žluťoučký "kůň"' },
        priority: 7,
        batch: 'orders of May / 2026',
        reference: 'order-17',
        labels: { customer: 'Café Müller' },
        correlationId: 'request-1',
        idempotencyKey: 'key-1',
      });
      expect(created).toBe(true);
      expect(delivery).toEqual({ jobId: job.id, dispatch: 1, priority: 7, tenant, correlationId: 'request-1' });
      expect(job).toMatchObject({
        tenant,
        type: 'render',
        status: 'queued',
        priority: 7,
        payload: { renditions: [{ kind: 'png', dpi: 150 }], note: 'žluťoučký "kůň"' },
        payloadVersion: 1,
        batch: 'orders of May / 2026',
        reference: 'order-17',
        labels: { customer: 'Café Müller' },
        correlationId: 'request-1',
        idempotencyKey: 'key-1',
        attempt: 0,
        failures: 0,
        crashCount: 0,
        maxAttempts: 3,
        runAt: job.createdAt,
        error: undefined,
        progress: undefined,
        startedAt: undefined,
        finishedAt: undefined,
        input: { id: input.id, state: 'ready' },
        assets: [{ role: 'asset', name: 'images/logo.png', attempt: 0, artifact: { id: logo.id } }],
        previews: [],
        outputs: [],
        reports: [],
      });
      expect(await read(job.id)).toEqual(job);
      const events = await store.events({ tenant, id: job.id });
      expect(events).toMatchObject([{ tenant, jobId: job.id, seq: 1, type: 'queued' }]);
    });

    it('may use one artifact under several names, and as the document too', async () => {
      const { upload, submit } = scene();
      const { id } = await upload();
      const assets = ['a.png', 'b.png'].map((name) => ({ name, artifactId: id }));
      const { job } = await submit({ inputArtifactId: id, assets });
      expect(job.assets.map(({ name, artifact }) => [name, artifact.id])).toEqual([
        ['a.png', id],
        ['b.png', id],
      ]);
    });

    it('takes as many assets as a request may have', async () => {
      const { upload, submit, read } = scene();
      const { id: artifactId } = await upload();
      const assets = Array.from({ length: 10_000 }, (_, index) => ({ name: `${index}.png`, artifactId }));
      const { job } = await submit({ assets });
      expect((await read(job.id)).assets).toHaveLength(10_000);
    });

    it('refuses two assets of the same name', async () => {
      const { upload, submit, store } = scene();
      const { id } = await upload();
      const assets = [
        { name: 'logo.png', artifactId: id },
        { name: 'logo.png', artifactId: id },
      ];
      await expect(submit({ assets })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect((await store.list({ tenant })).jobs).toEqual([]);
    });

    describe.each(['document', 'asset'] as const)('with a %s', (use) => {
      const uses = (id: string) =>
        use === 'document' ? { inputArtifactId: id } : { assets: [{ name: 'logo.png', artifactId: id }] };

      it.each([
        ['that is pending', async () => (await scene().beginArtifact()).id],
        ['of another tenant', async () => (await scene().upload({ tenant: otherTenant })).id],
        ['that is unknown', async () => crypto.randomUUID()],
        [
          'that has been removed',
          async () => {
            const { id } = await scene().upload();
            await scene().store.removeArtifact({ tenant, id });
            return id;
          },
        ],
      ])('%s it leaves neither a job nor any other trace', async (_what, artifactId) => {
        const { upload, newJob, store } = scene();
        const bystander = await upload();
        const job = await newJob({ inputArtifactId: bystander.id, ...uses(await artifactId()), idempotencyKey: 'key' });
        await expect(store.submit(job)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
        expect((await store.list({ tenant })).jobs).toEqual([]);
        expect((await store.countByStatus()).queued).toBe(0);
        expect(await store.undispatched({ limit: 10 })).toEqual([]);
        expect(await store.getArtifact({ tenant, id: bystander.id })).toEqual(bystander);
        // The key is free as well.
        expect(await store.submit({ ...job, inputArtifactId: bystander.id, assets: [] })).toMatchObject({
          created: true,
        });
      });

      it('ends the expiry of the artifact', async () => {
        const { upload, submit, store, advanceTime } = scene();
        const { id, expiresAt } = await upload();
        expect(expiresAt).toBeDefined();
        await submit(uses(id));
        await advanceTime(uploadExpiresInMs + 1);
        await store.sweep({ limit: 10, maxClaims: 20, abandonedAfterMs: 1, keepDeletedMs: 1 });
        expect(await store.getArtifact({ tenant, id })).toMatchObject({ expiresAt: undefined });
      });
    });
  });
}
