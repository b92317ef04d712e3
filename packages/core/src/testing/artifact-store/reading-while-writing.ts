import { describe, expect, it } from 'vitest';
import { parseArtifactKey } from '../../ports/artifact-key.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { ArtifactStoreSubject } from '../describe-artifact-store.ts';
import { collectBytes, deterministicBytes, inChunks, sha256Of, sha256OfContent } from '../deterministic-content.ts';

const key = parseArtifactKey('yearbook.pdf');
const before = deterministicBytes(2_000_000, 1);
const after = deterministicBytes(1_500_000, 2);

const changes = [
  { change: 'overwritten', apply: async (store: ArtifactStore) => await store.put(key, inChunks(after)) },
  { change: 'deleted', apply: async (store: ArtifactStore) => await store.delete(key) },
] as const;

/** Tests of reads of a key that changes meanwhile. */
export function describeReadingWhileWriting({ opened }: ArtifactStoreSubject): void {
  describe('reading while somebody writes', () => {
    it.each(changes)(
      'keeps what was opened readable when the key is $change before the first byte',
      async ({ apply }) => {
        const { store } = opened();
        await store.put(key, inChunks(before));
        const content = await store.get(key);

        await apply(store);

        expect(await sha256OfContent(content.body)).toBe(sha256Of(before));
      },
    );

    it.each(changes)('keeps what was opened readable when the key is $change midway', async ({ apply }) => {
      const { store } = opened();
      await store.put(key, inChunks(before));
      const { body } = await store.get(key);
      const chunks = body[Symbol.asyncIterator]();
      const first = await chunks.next();

      await apply(store);

      const rest = await collectBytes(body);
      expect(sha256Of(new Uint8Array(Buffer.concat([first.value as Uint8Array, rest])))).toBe(sha256Of(before));
    });

    it('shows the old artifact or the new one, never a mixture and never a part', async () => {
      const { store } = opened();
      await store.put(key, inChunks(before));
      const whole = [sha256Of(before), sha256Of(after)];
      const writing = (async () => {
        for (const bytes of [after, before, after, before]) await store.put(key, inChunks(bytes, 20_000));
      })();

      for (let read = 0; read < 12; read++) {
        expect(whole).toContain(await sha256OfContent((await store.get(key)).body));
      }

      await writing;
    });
  });
}
