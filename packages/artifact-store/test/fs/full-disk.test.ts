import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { parseArtifactKey, parseAssetName } from '@pubpipe/core';
import { deterministicBytes, inChunks, sha256Of, sha256OfContent } from '@pubpipe/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MountedTmpfs, mayMount, mountTmpfs } from '../../../../test/kit/mount-tmpfs.ts';

const key = parseArtifactKey('document.pdf');
const held = deterministicBytes(100_000, 1);
const tooMuch = deterministicBytes(2_000_000, 2);

describe.skipIf(!(await mayMount()))('a small disk of its own (needs the right to mount)', () => {
  let disk: MountedTmpfs;
  beforeEach(async () => {
    disk = await mountTmpfs(1_048_576);
  });
  afterEach(async () => {
    await disk.unmount();
  });

  it('that is full makes put reject with STORE_FULL, and everything is as it was', async () => {
    const store = createFsArtifactStore({ directory: disk.directory });
    await store.put(key, inChunks(held));

    for (const refused of [key, parseArtifactKey('jobs/1/new.pdf')]) {
      await expect(store.put(refused, inChunks(tooMuch))).rejects.toMatchObject({
        code: 'STORE_FULL',
        details: { errno: 'ENOSPC' },
      });
    }

    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(held));
    expect(await readdir(join(disk.directory, 'incoming'))).toEqual([]);
    await store.put(key, inChunks(deterministicBytes(500_000, 3)));
    expect(await store.head(key)).toMatchObject({ byteSize: 500_000 });
    await store.close();
  });

  it('that has become read-only still serves, and refuses changes with STORE_UNAVAILABLE', async () => {
    const store = createFsArtifactStore({ directory: disk.directory });
    await store.put(key, inChunks(held));
    await disk.makeReadOnly();
    const refusal = { code: 'STORE_UNAVAILABLE', details: { errno: 'EROFS' } };

    await expect(store.put(key, inChunks(tooMuch))).rejects.toMatchObject(refusal);
    await expect(store.delete(key)).rejects.toMatchObject(refusal);

    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(held));
    await store.close();
  });

  it('that is full makes a scratch write reject with OUTPUT_UNWRITABLE, and gives its room back', async () => {
    const scratch = await createFsScratchSpace({ directory: disk.directory }).open();
    const name = parseAssetName('document.sla');

    await expect(scratch.writeInput(name, inChunks(tooMuch))).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      details: { errno: 'ENOSPC' },
    });

    await scratch.writeInput(name, inChunks(deterministicBytes(900_000)));
    await scratch.close();
    expect(await readdir(disk.directory)).toEqual([]);
  });
});
