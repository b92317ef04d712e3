import { describe, expect, it } from 'vitest';
import { parseArtifactKey } from '../ports/artifact-key.ts';
import { describeArtifactStore } from '../testing/describe-artifact-store.ts';
import { deterministicBytes, inChunks } from '../testing/deterministic-content.ts';
import { createMemoryArtifactStore } from './memory-artifact-store.ts';

describeArtifactStore(
  'MemoryArtifactStore',
  async () => {
    const store = createMemoryArtifactStore();
    return { store, close: async () => await store.close() };
  },
  { capabilities: { nestedKeys: true, exactKeys: true, incompleteUploads: false } },
);

describe('MemoryArtifactStore with maxBytes', () => {
  const first = parseArtifactKey('first');
  const second = parseArtifactKey('second');

  it('is full beyond them, and has room again for what was refused, replaced or deleted', async () => {
    const store = createMemoryArtifactStore({ maxBytes: 100_000 });
    await store.put(first, inChunks(deterministicBytes(60_000)));

    await expect(store.put(second, inChunks(deterministicBytes(40_001), 1_000))).rejects.toMatchObject({
      code: 'STORE_FULL',
      details: { maxBytes: 100_000 },
    });
    await store.put(second, inChunks(deterministicBytes(40_000)));

    await store.delete(second);
    await store.put(first, inChunks(deterministicBytes(40_000)));
    await store.put(second, inChunks(deterministicBytes(60_000)));
    expect(await store.head(second)).toMatchObject({ byteSize: 60_000 });
  });

  it('counts uploads that are under way', async () => {
    const store = createMemoryArtifactStore({ maxBytes: 100_000 });
    async function* content(): AsyncGenerator<Uint8Array> {
      yield deterministicBytes(60_000);
      await expect(store.put(second, inChunks(deterministicBytes(60_000)))).rejects.toMatchObject({
        code: 'STORE_FULL',
      });
    }

    await store.put(first, content());

    expect(await store.head(first)).toMatchObject({ byteSize: 60_000 });
  });

  it.each([-1, Number.NaN, '1' as never])('refuses %j', (maxBytes) => {
    expect(() => createMemoryArtifactStore({ maxBytes })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});
