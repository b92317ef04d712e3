import { describe, expect, it } from 'vitest';
import { parseArtifactKey } from '../../ports/artifact-key.ts';
import type { ArtifactStoreSubject } from '../describe-artifact-store.ts';
import { deterministicBytes, inChunks } from '../deterministic-content.ts';
import { WatchedSource } from '../watched-source.ts';

const key = parseArtifactKey('document.pdf');
const bytes = deterministicBytes(2_000_000);
const closed = { code: 'CLOSED' };

/** Tests of a store's end. */
export function describeClosing({ opened }: ArtifactStoreSubject): void {
  describe('closing', () => {
    it('lets no further call begin', async () => {
      const { store } = opened();
      await store.put(key, inChunks(bytes));

      await store.close();

      await expect(store.put(key, inChunks(bytes))).rejects.toMatchObject(closed);
      await expect(store.get(key)).rejects.toMatchObject(closed);
      await expect(store.head(key)).rejects.toMatchObject(closed);
      await expect(store.delete(key)).rejects.toMatchObject(closed);
      await expect(Array.fromAsync(store.list())).rejects.toMatchObject(closed);
      await expect(store.discardIncomplete({ olderThanMs: 0 })).rejects.toMatchObject(closed);
    });

    it('can be done again', async () => {
      const { store } = opened();

      await Promise.all([store.close(), store.close()]);

      await expect(store.close()).resolves.toBeUndefined();
    });

    it('ends an upload that is under way', async () => {
      const { store } = opened();
      const source = new WatchedSource({ chunks: [bytes], end: { kind: 'stalls' } });
      const put = Promise.allSettled([store.put(key, source)]);
      await source.stalled;

      await store.close();

      expect(await put).toMatchObject([{ status: 'rejected', reason: closed }]);
      expect(source.wasEnded).toBe(true);
    });

    it('ends a read that is under way', async () => {
      const { store } = opened();
      await store.put(key, inChunks(bytes));
      const chunks = (await store.get(key)).body[Symbol.asyncIterator]();
      await chunks.next();

      await store.close();

      await expect(chunks.next()).rejects.toMatchObject(closed);
    });
  });
}
