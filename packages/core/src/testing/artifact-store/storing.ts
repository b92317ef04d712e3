import { describe, expect, it } from 'vitest';
import { parseArtifactKey } from '../../ports/artifact-key.ts';
import type { ArtifactStoreSubject } from '../describe-artifact-store.ts';
import { collectBytes, deterministicBytes, inChunks, sha256Of, sha256OfContent } from '../deterministic-content.ts';
import { WatchedSource } from '../watched-source.ts';

const key = parseArtifactKey('jobs/1/document.pdf');
const mebibyte = 1024 * 1024;

/** Tests of uploads that succeed. */
export function describeStoring({ opened }: ArtifactStoreSubject): void {
  describe('storing', () => {
    it.each([0, 1, 5 * mebibyte - 1, 5 * mebibyte, 5 * mebibyte + 1])(
      'stores %i bytes and returns their length and digest',
      async (byteSize) => {
        const { store } = opened();
        const bytes = deterministicBytes(byteSize);

        const stored = await store.put(key, inChunks(bytes, 60_001));

        expect(stored).toEqual({ key, byteSize, sha256: sha256Of(bytes) });
        const content = await store.get(key);
        expect(content.byteSize).toBe(byteSize);
        expect(content.contentLength).toBe(byteSize);
        expect(await sha256OfContent(content.body)).toBe(stored.sha256);
      },
    );

    it('stores empty content that comes as an empty chunk', async () => {
      const { store } = opened();

      await store.put(key, new WatchedSource({ chunks: [new Uint8Array()] }));

      expect(await collectBytes((await store.get(key)).body)).toHaveLength(0);
    });

    it('replaces what the key held, also by something shorter', async () => {
      const { store } = opened();
      const bytes = deterministicBytes(1_000, 2);
      await store.put(key, inChunks(deterministicBytes(200_000, 1)));

      await store.put(key, inChunks(bytes));

      expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
      expect(await store.head(key)).toMatchObject({ byteSize: 1_000 });
    });

    it('stores the same content twice without harm', async () => {
      const { store } = opened();
      const bytes = deterministicBytes(100_000);

      const first = await store.put(key, inChunks(bytes));
      const second = await store.put(key, inChunks(bytes));

      expect(second).toEqual(first);
      expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
    });

    it('keeps the bytes of a chunk when the producer uses its buffer again', async () => {
      const { store } = opened();
      const bytes = deterministicBytes(300_000);
      async function* fromOneBuffer(): AsyncGenerator<Uint8Array> {
        const buffer = new Uint8Array(1_000);
        for await (const chunk of inChunks(bytes, buffer.byteLength)) {
          buffer.set(chunk);
          yield buffer;
        }
        buffer.fill(0);
      }

      await store.put(key, fromOneBuffer());

      expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
    });

    it('keeps exactly one of the contents that are written to one key at once', async () => {
      const { store } = opened();
      const contents = Array.from({ length: 8 }, (_, index) => deterministicBytes(200_000 + index, index + 1));

      const stored = await Promise.all(contents.map((bytes) => store.put(key, inChunks(bytes, 10_000))));

      expect(stored.map(({ sha256 }) => sha256)).toEqual(contents.map(sha256Of));
      expect(stored.map(({ sha256 }) => sha256)).toContain(await sha256OfContent((await store.get(key)).body));
    });

    it('pulls one chunk at a time and nothing after the end', async () => {
      const { store } = opened();
      const source = new WatchedSource({ chunks: Array.from({ length: 20 }, () => new Uint8Array(50_000)) });

      await store.put(key, source);

      expect(source).toMatchObject({ pulls: 21, pullsAtOnce: 1, wasEnded: false });
    });

    it('accepts content that is what was expected', async () => {
      const { store } = opened();
      const bytes = deterministicBytes(100_000);
      const expected = { byteSize: bytes.byteLength, sha256: sha256Of(bytes) };

      expect(await store.put(key, inChunks(bytes), { expected })).toEqual({ key, ...expected });
    });

    it('says how large an artifact is and when it was stored', async () => {
      const { store } = opened();

      await store.put(key, inChunks(deterministicBytes(12_345)));

      const head = await store.head(key);
      expect(head).toMatchObject({ key, byteSize: 12_345 });
      // Whole milliseconds; the day leaves room for a server whose clock is off.
      expect(Number.isSafeInteger(head.modifiedAt)).toBe(true);
      expect(Math.abs(head.modifiedAt - Date.now())).toBeLessThan(86_400_000);
    });

    it('has another etag when the key holds other content', async () => {
      const { store } = opened();
      await store.put(key, inChunks(deterministicBytes(1_000, 1)));
      const { etag } = await store.head(key);
      expect(etag).toMatch(/^[^"]+$/);
      expect((await store.head(key)).etag).toBe(etag);
      expect(await Array.fromAsync(store.list())).toMatchObject([{ key, etag }]);
      await store.put(key, inChunks(deterministicBytes(1_000, 2)));
      expect((await store.head(key)).etag).not.toBe(etag);
    });
  });
}
