import { describe, expect, it } from 'vitest';
import { parseArtifactKey } from '../../ports/artifact-key.ts';
import type { ArtifactStoreSubject } from '../describe-artifact-store.ts';
import { deterministicBytes, inChunks, sha256Of, sha256OfContent } from '../deterministic-content.ts';

const key = parseArtifactKey('jobs/1/page-1.png');
const neighbour = parseArtifactKey('jobs/1/page-2.png');
const bytes = deterministicBytes(10_000);

/** Tests of deletions. */
export function describeDeleting({ opened }: ArtifactStoreSubject): void {
  describe('deleting', () => {
    it('removes this artifact and no other', async () => {
      const { store } = opened();
      await store.put(key, inChunks(bytes));
      await store.put(neighbour, inChunks(bytes));

      await store.delete(key);

      await expect(store.get(key)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
      await expect(store.head(key)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
      expect((await Array.fromAsync(store.list())).map((head) => head.key)).toEqual([neighbour]);
    });

    it('succeeds when there is nothing to delete', async () => {
      const { store } = opened();
      await store.delete(key);
      await store.put(key, inChunks(bytes));

      await Promise.all([store.delete(key), store.delete(key)]);
      await store.delete(key);

      expect(await Array.fromAsync(store.list())).toEqual([]);
    });

    it('lets the key be used again', async () => {
      const { store } = opened();
      await store.put(key, inChunks(deterministicBytes(500, 2)));
      await store.delete(key);

      await store.put(key, inChunks(bytes));

      expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
    });

    it('never makes an upload beside it fail', async () => {
      const { store } = opened();
      const keys = Array.from({ length: 8 }, (_, index) => parseArtifactKey(`a/b/c/${index}`));
      const putAndDelete = async (own: (typeof keys)[number]): Promise<void> => {
        for (let round = 0; round < 12; round++) {
          await store.put(own, inChunks(bytes));
          await store.delete(own);
        }
        await store.put(own, inChunks(bytes));
      };

      await Promise.all(keys.map(putAndDelete));

      expect((await Array.fromAsync(store.list())).map((head) => head.key).toSorted()).toEqual(keys);
    });
  });
}
