import { describe, expect, it } from 'vitest';
import { parseArtifactKey } from '../../ports/artifact-key.ts';
import type { ArtifactStoreSubject } from '../describe-artifact-store.ts';
import { deterministicBytes, inChunks, sha256Of, sha256OfContent } from '../deterministic-content.ts';

const key = parseArtifactKey('document.pdf');
const bytes = deterministicBytes(100_000);
const hourMs = 3_600_000;

/** Tests of what killed processes leave behind. */
export function describeDiscarding({ capabilities, opened }: ArtifactStoreSubject): void {
  describe('discarding what is incomplete', () => {
    it('touches no stored artifact', async () => {
      const { store } = opened();
      expect(await store.discardIncomplete({ olderThanMs: 0 })).toBe(0);
      await store.put(key, inChunks(bytes));

      expect(await store.discardIncomplete({ olderThanMs: 0 })).toBe(0);

      expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
    });

    it('touches no upload that is under way and younger', async () => {
      const { store } = opened();
      const discarded: number[] = [];
      async function* content(): AsyncGenerator<Uint8Array> {
        yield* inChunks(bytes);
        discarded.push(await store.discardIncomplete({ olderThanMs: hourMs }));
      }

      await store.put(key, content());

      expect(discarded).toEqual([0]);
      expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
    });

    it.each([
      { olderThanMs: -1 },
      { olderThanMs: Number.NaN },
      { olderThanMs: undefined as never },
      { olderThanMs: 0, limit: 0 },
      { olderThanMs: 0, limit: 1.5 },
    ])('refuses the options %j', async (options) => {
      await expect(opened().store.discardIncomplete(options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it.runIf(capabilities.incompleteUploads)(
      'removes what is old enough, up to a limit, and says how many',
      async () => {
        const { store, leaveIncompleteUpload } = opened();
        if (leaveIncompleteUpload === undefined) throw new Error('incompleteUploads needs leaveIncompleteUpload.');
        for (const ageMs of [2 * hourMs, 2 * hourMs, 2 * hourMs, 0]) await leaveIncompleteUpload(ageMs);

        expect(await store.discardIncomplete({ olderThanMs: hourMs, limit: 2 })).toBe(2);
        expect(await store.discardIncomplete({ olderThanMs: hourMs, limit: 2 })).toBe(1);
        expect(await store.discardIncomplete({ olderThanMs: hourMs })).toBe(0);

        expect(await Array.fromAsync(store.list())).toEqual([]);
      },
    );
  });
}
