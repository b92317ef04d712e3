import { beforeEach, describe, expect, it } from 'vitest';
import { parseArtifactKey } from '../../ports/artifact-key.ts';
import type { ArtifactStoreSubject } from '../describe-artifact-store.ts';
import { collectBytes, deterministicBytes, inChunks, sha256Of, sha256OfContent } from '../deterministic-content.ts';

const key = parseArtifactKey('document.pdf');
const emptyKey = parseArtifactKey('empty');
const missingKey = parseArtifactKey('missing/document.pdf');
const byteSize = 1_000_003;
const bytes = deterministicBytes(byteSize);
const reason = new Error('The customer has left.');

const ranges = [
  { which: 'the first byte', range: { start: 0, end: 0 }, span: [0, 1] },
  { which: 'the last byte', range: { start: byteSize - 1, end: byteSize - 1 }, span: [byteSize - 1, byteSize] },
  { which: 'a part in the middle', range: { start: 65_530, end: 400_001 }, span: [65_530, 400_002] },
  { which: 'all from a byte on', range: { start: 999_999 }, span: [999_999, byteSize] },
  {
    which: 'what there is when the range goes beyond the end',
    range: { start: 5, end: byteSize + 9 },
    span: [5, byteSize],
  },
  { which: 'everything', range: { start: 0 }, span: [0, byteSize] },
] as const;

/** Tests of reads. */
export function describeReading({ opened }: ArtifactStoreSubject): void {
  describe('reading', () => {
    beforeEach(async () => {
      await opened().store.put(key, inChunks(bytes));
    });

    it.each(ranges)('reads $which', async ({ range, span }) => {
      const content = await opened().store.get(key, { range });

      expect(content.byteSize).toBe(byteSize);
      expect(content.contentLength).toBe(span[1] - span[0]);
      expect(await sha256OfContent(content.body)).toBe(sha256Of(bytes.subarray(...span)));
    });

    it('refuses a range that begins past the end', async () => {
      const { store } = opened();
      await store.put(emptyKey, inChunks(new Uint8Array()));
      const refusal = { code: 'RANGE_NOT_SATISFIABLE' };

      await expect(store.get(key, { range: { start: byteSize } })).rejects.toMatchObject(refusal);
      await expect(store.get(emptyKey, { range: { start: 0 } })).rejects.toMatchObject(refusal);
      await expect(store.get(emptyKey, { range: { start: 0, end: 0 } })).rejects.toMatchObject(refusal);
    });

    it.each([
      { start: -1 },
      { start: 0.5 },
      { start: 2, end: 1 },
      { start: 0, end: Number.NaN },
      { start: '0' as never },
    ])('refuses the range %j', async (range) => {
      await expect(opened().store.get(key, { range })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it('accepts an artifact with the digest that is to be verified', async () => {
      const { body } = await opened().store.get(key, { verify: { sha256: sha256Of(bytes) } });

      expect(await sha256OfContent(body)).toBe(sha256Of(bytes));
      expect(await collectBytes(body)).toHaveLength(0);
    });

    it('rejects at the end of an artifact with another digest than the one to be verified', async () => {
      const { body } = await opened().store.get(key, { verify: { sha256: sha256Of(bytes.subarray(1)) } });
      let byteSizeRead = 0;

      const read = async (): Promise<void> => {
        for await (const chunk of body) byteSizeRead += chunk.byteLength;
      };

      await expect(read()).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
      expect(byteSizeRead).toBe(byteSize);
    });

    it('lets a reader leave early whatever the digest to be verified', async () => {
      const { body } = await opened().store.get(key, { verify: { sha256: sha256Of(bytes.subarray(1)) } });

      for await (const chunk of body) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        break;
      }

      expect(await collectBytes(body)).toHaveLength(0);
    });

    it.each([
      { verify: { sha256: sha256Of(bytes) }, range: { start: 0 } },
      { verify: { sha256: 'abc' } },
      { verify: { sha256: undefined as never } },
    ])('refuses to verify what %j asks for', async (options) => {
      await expect(opened().store.get(key, options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it('says when there is no artifact', async () => {
      const { store } = opened();
      const refusal = { code: 'ARTIFACT_NOT_FOUND' };

      await expect(store.get(missingKey)).rejects.toMatchObject(refusal);
      await expect(store.get(missingKey, { range: { start: 0 } })).rejects.toMatchObject(refusal);
      await expect(store.head(missingKey)).rejects.toMatchObject(refusal);
    });

    it('lets many read at once', async () => {
      const { store } = opened();

      const reads = await Promise.all(
        Array.from({ length: 16 }, async () => await collectBytes((await store.get(key)).body)),
      );

      for (const read of reads) expect(Buffer.compare(read, bytes)).toBe(0);
    });

    it('hands out bytes that the reader may change', async () => {
      const { store } = opened();

      for await (const chunk of (await store.get(key)).body) chunk.fill(0);

      expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
    });

    it('ends when the reader leaves early, or never begins', async () => {
      const { store } = opened();
      const left = (await store.get(key)).body[Symbol.asyncIterator]();
      await left.next();
      const neverBegun = (await store.get(key)).body[Symbol.asyncIterator]();

      for (const body of [left, neverBegun]) {
        await body.return?.();
        expect(await body.next()).toMatchObject({ done: true });
      }
    });

    it('yields its bytes once', async () => {
      const { body } = await opened().store.get(key);
      await collectBytes(body);

      expect(await collectBytes(body)).toHaveLength(0);
    });

    it('is cancelled by a signal that was aborted before', async () => {
      const { store } = opened();
      const signal = AbortSignal.abort(reason);
      const cancelled = { code: 'CANCELLED', cause: reason };

      await expect(store.get(key, { signal })).rejects.toMatchObject(cancelled);
      await expect(store.head(key, { signal })).rejects.toMatchObject(cancelled);
      await expect(store.delete(key, { signal })).rejects.toMatchObject(cancelled);
      await expect(Array.fromAsync(store.list({ signal }))).rejects.toMatchObject(cancelled);
      await expect(store.discardIncomplete({ olderThanMs: 0, signal })).rejects.toMatchObject(cancelled);
      expect(await store.head(key)).toMatchObject({ byteSize });
    });

    it.each([0, 1])('is cancelled by its signal after %i chunks', async (chunksRead) => {
      const controller = new AbortController();
      const { body } = await opened().store.get(key, { signal: controller.signal });
      const chunks = body[Symbol.asyncIterator]();
      for (let read = 0; read < chunksRead; read++) await chunks.next();
      controller.abort(reason);

      await expect(chunks.next()).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
    });
  });
}
