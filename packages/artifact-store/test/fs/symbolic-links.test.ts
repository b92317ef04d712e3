import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFsArtifactStore, type FsArtifactStore } from '@pubpipe/artifact-store/fs';
import { parseArtifactKey } from '@pubpipe/core';
import { deterministicBytes, inChunks, sha256Of, sha256OfContent } from '@pubpipe/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allFiles } from '../support/all-files.ts';
import { makeTemporaryDirectory, removeTemporaryDirectory } from '../support/temporary-directory.ts';

const bytes = deterministicBytes(1_000);
const notFound = { code: 'ARTIFACT_NOT_FOUND' };

describe('a store in which somebody has put what is no artifact', () => {
  let directory: string;
  let outside: string;
  let objects: string;
  let store: FsArtifactStore;
  beforeEach(async () => {
    directory = await makeTemporaryDirectory();
    outside = await makeTemporaryDirectory();
    objects = join(directory, 'objects');
    await mkdir(objects);
    await writeFile(join(outside, 'secret'), 'secret');
    await mkdir(join(outside, 'empty'));
    store = createFsArtifactStore({ directory });
  });
  afterEach(async () => {
    // Whatever a test did, nothing outside of the store has changed.
    assert.deepEqual(await allFiles(outside), ['empty/', 'secret']);
    assert.equal(await readFile(join(outside, 'secret'), 'utf8'), 'secret');
    await store.close();
    await removeTemporaryDirectory(directory);
    await removeTemporaryDirectory(outside);
  });

  it('does not serve, list or delete through a link to a file', async () => {
    const key = parseArtifactKey('link');
    await symlink(join(outside, 'secret'), join(objects, 'link'));

    await expect(store.get(key)).rejects.toMatchObject(notFound);
    await expect(store.head(key)).rejects.toMatchObject(notFound);
    expect(await Array.fromAsync(store.list())).toEqual([]);

    await store.delete(key);
    expect(await allFiles(objects)).toEqual([]);
  });

  it('replaces a link to a file by the artifact', async () => {
    const key = parseArtifactKey('link');
    await symlink(join(outside, 'secret'), join(objects, 'link'));

    await store.put(key, inChunks(bytes));

    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
  });

  it('does not reach through a link to a folder', async () => {
    const key = parseArtifactKey('folder/secret');
    await symlink(outside, join(objects, 'folder'));

    await expect(store.get(key)).rejects.toMatchObject(notFound);
    await expect(store.head(key)).rejects.toMatchObject(notFound);
    await store.delete(key);
    await store.delete(parseArtifactKey('folder/empty/nothing'));
    for (const prefix of ['', 'folder', 'folder/', 'folder/sec']) {
      expect(await Array.fromAsync(store.list({ prefix }))).toEqual([]);
    }
    for (const name of ['folder/secret', 'folder/new', 'folder/empty/new']) {
      const put = store.put(parseArtifactKey(name), inChunks(bytes));
      await expect(put).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
  });

  it('neither waits for a named pipe nor serves it', async () => {
    const key = parseArtifactKey('pipe');
    await promisify(execFile)('mkfifo', [join(objects, 'pipe')]);

    await expect(store.get(key)).rejects.toMatchObject(notFound);
    await expect(store.head(key)).rejects.toMatchObject(notFound);

    expect(await Array.fromAsync(store.list())).toEqual([]);
  });

  it('neither serves a file that no key can name nor fails because of it', async () => {
    await writeFile(join(objects, 'back\\slash'), 'x');
    await store.put(parseArtifactKey('document.pdf'), inChunks(bytes));

    expect((await Array.fromAsync(store.list())).map(({ key }) => key)).toEqual(['document.pdf']);
  });
});
