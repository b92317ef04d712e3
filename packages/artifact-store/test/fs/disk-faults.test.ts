import type { FileHandle } from 'node:fs/promises';
import { open, readdir, readlink } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { createFsArtifactStore, type FsArtifactStore } from '@pubpipe/artifact-store/fs';
import { parseArtifactKey } from '@pubpipe/core';
import { deterministicBytes, inChunks, sha256Of, sha256OfContent, WatchedSource } from '@pubpipe/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openFiles } from '../support/open-files.ts';
import { makeTemporaryDirectory, removeTemporaryDirectory } from '../support/temporary-directory.ts';

const key = parseArtifactKey('jobs/1/document.pdf');
const held = deterministicBytes(100_000, 1);
const bytes = deterministicBytes(200_000, 2);

/** A failure as Node reports it. */
function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code, errno: -1, syscall: 'write' });
}

/** The class of all open files, so that faults can be put into it that no disk has on demand. */
async function fileHandleClass(): Promise<FileHandle> {
  const handle = await open(devNull);
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

describe('a disk', () => {
  let directory: string;
  let store: FsArtifactStore;
  beforeEach(async () => {
    directory = await makeTemporaryDirectory();
    store = createFsArtifactStore({ directory });
    await store.put(key, inChunks(held));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await store.close();
    await removeTemporaryDirectory(directory);
  });

  it.each([
    { operation: 'writeFile', errno: 'EIO', code: 'STORE_UNAVAILABLE' },
    { operation: 'writeFile', errno: 'ENOSPC', code: 'STORE_FULL' },
    { operation: 'writeFile', errno: 'EDQUOT', code: 'STORE_FULL' },
    { operation: 'sync', errno: 'EIO', code: 'STORE_UNAVAILABLE' },
    { operation: 'sync', errno: 'ENOSPC', code: 'STORE_FULL' },
  ] as const)('that fails $operation with $errno makes put reject with $code', async ({ operation, errno, code }) => {
    const source = new WatchedSource({ chunks: [bytes, bytes] });
    vi.spyOn(await fileHandleClass(), operation).mockRejectedValueOnce(systemError(errno));

    await expect(store.put(key, source)).rejects.toMatchObject({ code, details: { errno } });

    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(held));
    expect(await readdir(join(directory, 'incoming'))).toEqual([]);
    expect(openFiles(directory)).toEqual([]);
  });

  it('that is still syncing when the signal aborts does not give the file its name', async () => {
    const controller = new AbortController();
    const reason = new Error('The customer has left.');
    vi.spyOn(await fileHandleClass(), 'sync').mockImplementationOnce(async () => controller.abort(reason));

    await expect(store.put(key, inChunks(bytes), { signal: controller.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
      cause: reason,
    });

    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(held));
    expect(await readdir(join(directory, 'incoming'))).toEqual([]);
  });

  it('has synced the file before it gets its name, and each folder on its way after', async () => {
    const synced: string[] = [];
    const handles = await fileHandleClass();
    const { sync } = Object.getOwnPropertyDescriptors(handles);
    vi.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
      const path = await readlink(`/proc/self/fd/${this.fd}`);
      synced.push(path.slice(directory.length + 1).replace(/[^/]+\.part$/, '*'));
      await sync.value?.call(this);
    });

    await store.put(parseArtifactKey('a/b/c'), inChunks(bytes));
    expect(synced).toEqual(['incoming/*', 'objects/a/b', 'objects/a', 'objects']);

    synced.length = 0;
    await store.delete(parseArtifactKey('a/b/c'));
    expect(synced).toEqual(['objects']);

    synced.length = 0;
    const hasty = createFsArtifactStore({ directory, durable: false });
    await hasty.put(parseArtifactKey('a/b/c'), inChunks(bytes));
    await hasty.delete(parseArtifactKey('a/b/c'));
    expect(synced).toEqual([]);
  });
});
