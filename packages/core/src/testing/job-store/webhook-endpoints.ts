import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { otherTenant, tenant } from './job-store-scene.ts';
import { createWebhookScene, newWebhook, plenty } from './webhook-scene.ts';

const absent = { code: 'WEBHOOK_NOT_FOUND' };

/** `createWebhook`, `getWebhook`, `listWebhooks`, `changeWebhook`, `rotateWebhookSecret`, `removeWebhook`. */
export function describeWebhookEndpoints({ scene }: JobStoreSubject): void {
  /** The secrets with which messages of an endpoint are signed, once one is due there. */
  async function secretsOf(id: string): Promise<readonly { value: string; expiresAt?: number | undefined }[]> {
    return (await scene().store.dueWebhooks({ limit: 10 })).find((target) => target.id === id)?.secrets ?? [];
  }

  describe('a webhook', () => {
    it('is read as it was made, without its secrets', async () => {
      const { store } = scene();
      const request = newWebhook({ description: 'the shop', types: ['job.completed', 'job.failed'] });
      const made = await store.createWebhook(request, plenty);
      const { id, url, description, types } = request;
      expect(made).toMatchObject({ id, tenant, url, description, types, disabled: undefined, failingSince: undefined });
      expect(made).toMatchObject({ createdAt: expect.any(Number), updatedAt: made.createdAt });
      expect(await store.getWebhook({ tenant, id })).toEqual(made);
      expect(await store.listWebhooks({ tenant })).toEqual({ endpoints: [made] });
      expect(JSON.stringify(made)).not.toContain('whsec');
    });

    it('is one of as many as its tenant may have, however many are made at once', async () => {
      const { store, elsewhere = store } = scene();
      const bounds = { maxPerTenant: 3 };
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 === 0 ? store : elsewhere).createWebhook(newWebhook(), bounds),
        ),
      );
      const refused = tries.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => 'TOO_MANY_WEBHOOKS'));
      expect((await store.listWebhooks({ tenant })).endpoints).toHaveLength(3);
      await store.createWebhook(newWebhook({ tenant: otherTenant }), bounds);
      const [first] = (await store.listWebhooks({ tenant })).endpoints;
      await store.removeWebhook({ tenant, id: first?.id ?? '' });
      await store.createWebhook(newWebhook(), bounds);
    });

    it('is listed page by page, in the order in which they were made', async () => {
      const { store } = scene();
      const { endpoint } = createWebhookScene(scene());
      const ids: string[] = [];
      for (let index = 0; index < 5; index += 1) ids.push((await endpoint()).id);
      await endpoint({ tenant: otherTenant });
      const seen: string[] = [];
      for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
        const page = await store.listWebhooks({ tenant, limit: 2, cursor });
        seen.push(...page.endpoints.map(({ id }) => id));
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(ids);
      for (const wrong of [{ limit: 0 }, { limit: 1_001 }, { cursor: 'x' }]) {
        await expect(store.listWebhooks({ tenant, ...wrong })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
    });

    it('is changed in what is named, and stays in the rest', async () => {
      const { store, advanceTime } = scene();
      const { endpoint, tell } = createWebhookScene(scene());
      const made = await endpoint({ description: 'the shop' });
      const id = { tenant, id: made.id };
      await tell();
      await advanceTime(1_000);
      const changed = await store.changeWebhook(id, { url: 'https://shop.example/2', types: ['job.failed'] });
      expect(changed).toEqual({
        ...made,
        url: 'https://shop.example/2',
        types: ['job.failed'],
        updatedAt: made.createdAt + 1_000,
      });
      // What was pending goes there too.
      expect(await store.dueWebhooks({ limit: 10 })).toMatchObject([{ id: made.id, url: 'https://shop.example/2' }]);
      expect(await store.changeWebhook(id, { enabled: false })).toMatchObject({ disabled: 'request' });
      expect(await store.changeWebhook(id, { description: null })).toMatchObject({
        description: undefined,
        disabled: 'request',
      });
      expect(await store.changeWebhook(id, { enabled: true })).toMatchObject({ disabled: undefined });
    });

    it('is signed for with its new secret and those before it, until they expire, of those the latest two', async () => {
      const { store, advanceTime } = scene();
      const { endpoint, tell } = createWebhookScene(scene());
      const made = await endpoint();
      const id = { tenant, id: made.id };
      await tell();
      expect(await secretsOf(made.id)).toEqual([{ value: 'whsec_one' }]);
      await store.rotateWebhookSecret(id, { secret: 'whsec_two', overlapMs: 10_000 });
      await store.rotateWebhookSecret(id, { secret: 'whsec_three', overlapMs: 20_000 });
      const end = made.createdAt + 10_000;
      expect(await secretsOf(made.id)).toEqual([
        { value: 'whsec_three' },
        { value: 'whsec_two', expiresAt: end + 10_000 },
        { value: 'whsec_one', expiresAt: end },
      ]);
      await store.rotateWebhookSecret(id, { secret: 'whsec_four', overlapMs: 20_000 });
      expect((await secretsOf(made.id)).map(({ value }) => value)).toEqual(['whsec_four', 'whsec_three', 'whsec_two']);
      await advanceTime(20_000);
      await store.rotateWebhookSecret(id, { secret: 'whsec_five', overlapMs: 0 });
      expect(await secretsOf(made.id)).toEqual([{ value: 'whsec_five' }]);
    });

    it('keeps all secrets of rotations that come at once', async () => {
      const { store, elsewhere = store } = scene();
      const { endpoint, tell } = createWebhookScene(scene());
      const made = await endpoint();
      await tell();
      const rotate = (by: typeof store, secret: string) =>
        by.rotateWebhookSecret({ tenant, id: made.id }, { secret, overlapMs: 10_000 });
      await Promise.all([rotate(store, 'whsec_two'), rotate(elsewhere, 'whsec_three')]);
      const values = (await secretsOf(made.id)).map(({ value }) => value);
      expect(values.toSorted()).toEqual(['whsec_one', 'whsec_three', 'whsec_two']);
      expect(values.at(-1)).toBe('whsec_one');
    });

    it('that is removed is absent at once and for good, and removing it again succeeds', async () => {
      const { store } = scene();
      const { endpoint, tell, due, claim } = createWebhookScene(scene());
      const made = await endpoint();
      const id = { tenant, id: made.id };
      await tell();
      await store.removeWebhook(id);
      await store.removeWebhook(id);
      expect(await due()).toEqual([]);
      expect(await claim(made)).toEqual([]);
      expect(await store.listWebhooks({ tenant })).toEqual({ endpoints: [] });
      await expect(store.getWebhook(id)).rejects.toMatchObject(absent);
      await expect(store.changeWebhook(id, { enabled: true })).rejects.toMatchObject(absent);
    });

    it('is as good as absent to another tenant, as one that never was', async () => {
      const { store } = scene();
      const made = await createWebhookScene(scene()).endpoint();
      for (const id of [
        { tenant: otherTenant, id: made.id },
        { tenant, id: '01900000-0000-7000-8000-000000000000' },
      ]) {
        await expect(store.getWebhook(id)).rejects.toMatchObject(absent);
        await expect(store.changeWebhook(id, { enabled: false })).rejects.toMatchObject(absent);
        const rotation = { secret: 'whsec_mine', overlapMs: 0 };
        await expect(store.rotateWebhookSecret(id, rotation)).rejects.toMatchObject(absent);
        const filter = { tenant: id.tenant, endpointId: id.id };
        await expect(store.listWebhookDeliveries(filter)).rejects.toMatchObject(absent);
        await store.removeWebhook(id);
      }
      expect(await store.getWebhook({ tenant, id: made.id })).toEqual(made);
    });
  });
}
