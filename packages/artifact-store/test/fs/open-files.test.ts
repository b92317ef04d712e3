import assert from 'node:assert/strict';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createFsArtifactStore, type FsArtifactStore } from '@pubpipe/artifact-store/fs';
import { parseArtifactKey } from '@pubpipe/core';
import { collectBytes, deterministicBytes, inChunks } from '@pubpipe/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFiles } from '../support/open-files.ts';
import { makeTemporaryDirectory, removeTemporaryDirectory } from '../support/temporary-directory.ts';

const key = parseArtifactKey('jobs/1/document.pdf');
const emptyKey = parseArtifactKey('empty');
const bytes = deterministicBytes(2_000_000);

// /proc tells which files are open; other systems have no such place.
describe.skipIf(process.platform !== 'linux')('files that a store has open', () => {
  let directory: string;
  let store: FsArtifactStore;
  beforeEach(async () => {
    directory = await makeTemporaryDirectory();
    store = createFsArtifactStore({ directory });
    await store.put(key, inChunks(bytes));
    await store.put(emptyKey, inChunks(new Uint8Array()));
  });
  afterEach(async () => {
    assert.deepEqual(openFiles(directory), []);
    await removeTemporaryDirectory(directory);
  });

  it('are none after an upload', async () => {
    expect(openFiles(directory)).toEqual([]);
  });

  it('are one for each read that has been opened', async () => {
    const bodies = await Promise.all([store.get(key), store.get(key)]);
    expect(openFiles(directory)).toHaveLength(2);

    for (const { body } of bodies) await collectBytes(body);
  });

  it('are none once a read has come to its end', async () => {
    for (const range of [undefined, { start: 0, end: 0 }, { start: 1_999_999 }]) {
      await collectBytes((await store.get(key, { range })).body);
      expect(openFiles(directory)).toEqual([]);
    }
    await collectBytes((await store.get(emptyKey)).body);
  });

  it('are none once a reader has left, midway or before it began', async () => {
    for await (const chunk of (await store.get(key)).body) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(openFiles(directory)).toEqual([]);

    await (await store.get(key)).body[Symbol.asyncIterator]().return?.();
  });

  it('are none once a reader has failed in its own loop', async () => {
    const reading = async (): Promise<void> => {
      for await (const chunk of (await store.get(key)).body) throw new Error(`Too much: ${chunk.byteLength}`);
    };

    await expect(reading()).rejects.toThrow('Too much');
  });

  it('are none once an aborted read has been told so', async () => {
    const controller = new AbortController();
    const { body } = await store.get(key, { signal: controller.signal });
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    controller.abort();

    await expect(chunks.next()).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('are none once the store has been closed, also of reads that nobody goes on with', async () => {
    const controller = new AbortController();
    await (await store.get(key)).body[Symbol.asyncIterator]().next();
    await store.get(key);
    await store.get(key, { signal: controller.signal });
    controller.abort();

    await store.close();

    expect(openFiles(directory)).toEqual([]);
  });

  it('are none after a read that was refused', async () => {
    await expect(store.get(key, { range: { start: bytes.byteLength } })).rejects.toMatchObject({
      code: 'RANGE_NOT_SATISFIABLE',
    });
    await expect(store.get(parseArtifactKey('jobs/1'))).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
    await expect(store.get(parseArtifactKey('jobs/2'))).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  });

  it('are none once a list has been left', async () => {
    for await (const head of store.list()) {
      expect(head.byteSize).toBeGreaterThanOrEqual(0);
      break;
    }
  });

  it('that somebody cuts short while they are read make the read fail', async () => {
    const { body } = await store.get(key);
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    await truncate(join(directory, 'objects', key), 10);

    await expect(collectBytes(body)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
