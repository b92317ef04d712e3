import { describe, expect, it } from 'vitest';
import { parseArtifactKey } from '../../ports/artifact-key.ts';
import type { ArtifactStoreSubject } from '../describe-artifact-store.ts';
import { deterministicBytes, inChunks } from '../deterministic-content.ts';

const keys = Array.from({ length: 300 }, (_, index) =>
  parseArtifactKey(`tenant-${index % 3}/jobs/${index % 50}/page-${index}.png`),
);
const bytes = deterministicBytes(100);

const prefixes = [
  '',
  'tenant-1',
  'tenant-1/',
  'tenant-1/jobs/4',
  'tenant-1/jobs/4/',
  'tenant-2/jobs/20/page-1',
  'tenant-0/jobs/0/page-0.png',
  'tenant-0/jobs/0/page-0.png/',
  'tenant-9',
  'nowhere/at/all',
  '/',
  '//',
  '.',
  '..',
  '../',
  'tenant-1/../tenant-0/',
  'tenant-1/./',
  'tenant-1\\',
  '\0',
  'x'.repeat(2_000),
];

/** Tests of listings. */
export function describeListing({ opened }: ArtifactStoreSubject): void {
  describe('listing', () => {
    it('lists nothing in an empty store', async () => {
      expect(await Array.fromAsync(opened().store.list())).toEqual([]);
    });

    it('lists the artifacts whose key begins with a prefix, which may be any text', async () => {
      const { store } = opened();
      await Promise.all(keys.map((key) => store.put(key, inChunks(bytes))));

      for (const prefix of prefixes) {
        const listed = (await Array.fromAsync(store.list({ prefix }))).map(({ key }) => key);
        expect(listed.toSorted(), `prefix ${prefix}`).toEqual(keys.filter((key) => key.startsWith(prefix)).toSorted());
      }
    });

    it('says of each artifact what head says', async () => {
      const { store } = opened();
      for (const key of keys.slice(0, 5)) await store.put(key, inChunks(bytes));

      for await (const listed of store.list()) expect(listed).toEqual(await store.head(listed.key));
    });

    it('can be left early', async () => {
      const { store } = opened();
      for (const key of keys.slice(0, 5)) await store.put(key, inChunks(bytes));

      for await (const { key } of store.list()) {
        expect(keys).toContain(key);
        break;
      }

      expect(await Array.fromAsync(store.list())).toHaveLength(5);
    });

    it('is cancelled by its signal midway', async () => {
      const { store } = opened();
      for (const key of keys.slice(0, 5)) await store.put(key, inChunks(bytes));
      const controller = new AbortController();
      const reason = new Error('The customer has left.');
      const list = store.list({ signal: controller.signal })[Symbol.asyncIterator]();
      await list.next();
      controller.abort(reason);

      await expect(list.next()).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
    });

    it('does not show an upload that is under way', async () => {
      const { store } = opened();
      const seen: unknown[] = [];
      async function* content(): AsyncGenerator<Uint8Array> {
        yield bytes;
        seen.push(await Array.fromAsync(store.list()));
      }

      await store.put(parseArtifactKey('new'), content());

      expect(seen).toEqual([[]]);
    });
  });
}
