import { describe, expect, it } from 'vitest';
import { type ArtifactKey, parseArtifactKey } from '../../ports/artifact-key.ts';
import type { ArtifactStoreSubject } from '../describe-artifact-store.ts';
import { deterministicBytes, inChunks, sha256Of, sha256OfContent } from '../deterministic-content.ts';
import { WatchedSource } from '../watched-source.ts';

const oddKeys = [
  'Größe/日本語/ملف/🎉.pdf',
  '.hidden',
  '.../....',
  'a..b',
  'ends in a dot.',
  '%2e%2e/%2F/%00/100%',
  ' begins and ends with a space /x ',
  '~home/$HOME/*?[a-z]{1,2}',
  'a+b&c=d;e:f@g,h!i\'j"k<l>m|n^o`p#q',
  'x'.repeat(255),
  Array.from({ length: 8 }, () => 'y'.repeat(127)).join('/'),
];

const badKeys = [
  '',
  '/',
  '/etc/passwd',
  'a/',
  'a//b',
  '.',
  '..',
  'a/../b',
  '../a',
  'a/.',
  'a\\b',
  'a\0b',
  'a\nb',
  '\ud800',
  'x'.repeat(256),
  'é'.repeat(128),
  Array.from({ length: 9 }, () => 'y'.repeat(127)).join('/'),
  7,
  null,
  undefined,
];

/** Tests of the names under which artifacts are stored. */
export function describeKeys({ capabilities, opened }: ArtifactStoreSubject): void {
  describe('keys', () => {
    it.each(oddKeys)('stores, finds, lists and deletes under the key %j', async (text) => {
      const { store } = opened();
      const key = parseArtifactKey(text);
      const bytes = deterministicBytes(1_000);

      await store.put(key, inChunks(bytes));

      expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
      expect(await Array.fromAsync(store.list())).toEqual([await store.head(key)]);
      await store.delete(key);
      expect(await Array.fromAsync(store.list())).toEqual([]);
    });

    it.each(badKeys)('refuses the key %j before any chunk is pulled', async (value) => {
      const { store } = opened();
      const key = value as ArtifactKey;
      const source = new WatchedSource({ chunks: [deterministicBytes(10)] });
      const refusal = { code: 'INVALID_INPUT' };

      await expect(store.put(key, source)).rejects.toMatchObject(refusal);
      await expect(store.get(key)).rejects.toMatchObject(refusal);
      await expect(store.head(key)).rejects.toMatchObject(refusal);
      await expect(store.delete(key)).rejects.toMatchObject(refusal);

      expect(source.pulls).toBe(0);
    });

    it.runIf(capabilities.exactKeys)(
      'tells keys apart that differ only in case or in Unicode normal form',
      async () => {
        const { store } = opened();
        const keys = ['caf\u00e9', 'cafe\u0301', 'Caf\u00e9'].map(parseArtifactKey);

        for (const [index, key] of keys.entries()) await store.put(key, inChunks(deterministicBytes(index + 1)));

        const sizes = await Promise.all(keys.map(async (key) => (await store.head(key)).byteSize));
        expect(sizes).toEqual([1, 2, 3]);
      },
    );

    it.runIf(capabilities.nestedKeys)('holds an artifact below the key of another', async () => {
      const { store } = opened();
      const keys = ['a', 'a/b', 'a/b/c'].map(parseArtifactKey);

      for (const key of keys) await store.put(key, inChunks(deterministicBytes(10)));

      expect((await Array.fromAsync(store.list())).map(({ key }) => key).toSorted()).toEqual(keys);
    });

    it.skipIf(capabilities.nestedKeys)('refuses an artifact below or above the key of another', async () => {
      const { store } = opened();
      const [above, key, below] = ['a', 'a/b', 'a/b/c'].map(parseArtifactKey) as [
        ArtifactKey,
        ArtifactKey,
        ArtifactKey,
      ];
      const bytes = deterministicBytes(10);
      await store.put(key, inChunks(bytes));

      for (const refused of [above, below]) {
        await expect(store.put(refused, inChunks(bytes))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
        await expect(store.get(refused)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
        await expect(store.head(refused)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
        await store.delete(refused);
      }

      expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
      await store.delete(key);
      await store.put(above, inChunks(bytes));
      expect(await store.head(above)).toMatchObject({ byteSize: 10 });
    });
  });
}
