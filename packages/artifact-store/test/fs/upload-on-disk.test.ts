import { mkdir, readdir, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFsArtifactStore, type FsArtifactStore } from '@pubpipe/artifact-store/fs';
import { parseArtifactKey } from '@pubpipe/core';
import { deterministicBytes, inChunks, sha256Of, sha256OfContent, WatchedSource } from '@pubpipe/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allFiles } from '../support/all-files.ts';
import { makeTemporaryDirectory, removeTemporaryDirectory } from '../support/temporary-directory.ts';

const key = parseArtifactKey('jobs/1/document.pdf');
const bytes = deterministicBytes(1_000_000);
const longAgo = new Date(0);

describe('an upload on disk', () => {
  let directory: string;
  let incoming: string;
  let store: FsArtifactStore;
  beforeEach(async () => {
    directory = await makeTemporaryDirectory();
    incoming = join(directory, 'incoming');
    store = createFsArtifactStore({ directory });
  });
  afterEach(async () => {
    await store.close();
    await removeTemporaryDirectory(directory);
  });

  it('lies as one file under its key, readable by its owner alone', async () => {
    await store.put(key, inChunks(bytes));

    expect(await allFiles(directory)).toEqual([
      'incoming/',
      'objects/',
      'objects/jobs/',
      'objects/jobs/1/',
      'objects/jobs/1/document.pdf',
    ]);
    expect((await stat(join(directory, 'objects', key))).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'objects/jobs'))).mode & 0o777).toBe(0o700);
  });

  it('makes its directory and the parents of it when they are missing', async () => {
    const deep = createFsArtifactStore({ directory: join(directory, 'not/there/yet') });

    await deep.put(key, inChunks(bytes));

    expect(await deep.head(key)).toMatchObject({ byteSize: bytes.byteLength });
  });

  it('has on disk what was pulled before it pulls again', async () => {
    const chunk = deterministicBytes(100_000);
    const unwritten: number[] = [];
    async function* content(): AsyncGenerator<Uint8Array> {
      for (let pulled = 0; pulled < 20; pulled++) {
        const [name] = await readdir(incoming);
        unwritten.push(pulled * chunk.byteLength - (await stat(join(incoming, name as string))).size);
        yield chunk;
      }
    }

    await store.put(key, content());

    expect(unwritten).toEqual(Array.from({ length: 20 }, () => 0));
  });

  it('leaves no temporary file when it fails', async () => {
    const fails = { kind: 'fails', error: new Error('The line is dead.') } as const;
    await store.put(key, inChunks(bytes));

    const uploads = await Promise.allSettled([
      store.put(key, new WatchedSource({ chunks: [bytes], end: fails })),
      store.put(key, inChunks(bytes), { expected: { byteSize: 1 } }),
      store.put(parseArtifactKey('jobs/1'), inChunks(bytes)),
      store.put(parseArtifactKey(`${key}/below`), inChunks(bytes)),
    ]);

    expect(uploads.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    expect(await readdir(incoming)).toEqual([]);
  });

  it('is not discarded while it goes on in this process, however old its file is', async () => {
    const discarded: number[] = [];
    async function* content(): AsyncGenerator<Uint8Array> {
      yield bytes;
      const [name] = await readdir(incoming);
      await utimes(join(incoming, name as string), longAgo, longAgo);
      const other = createFsArtifactStore({ directory });
      for (const each of [store, other]) discarded.push(await each.discardIncomplete({ olderThanMs: 0 }));
    }

    await store.put(key, content());

    expect(discarded).toEqual([0, 0]);
    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
  });

  it('fails, and leaves the key as it was, when somebody else removes its file', async () => {
    await store.put(key, inChunks(bytes));
    async function* content(): AsyncGenerator<Uint8Array> {
      yield deterministicBytes(10);
      const [name] = await readdir(incoming);
      await unlink(join(incoming, name as string));
    }

    await expect(store.put(key, content())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    expect(await sha256OfContent((await store.get(key)).body)).toBe(sha256Of(bytes));
  });

  it('leaves files alone that no upload has made', async () => {
    await store.put(key, inChunks(bytes));
    await writeFile(join(incoming, 'notes.txt'), 'not ours');
    await utimes(join(incoming, 'notes.txt'), longAgo, longAgo);

    expect(await store.discardIncomplete({ olderThanMs: 0 })).toBe(0);

    expect(await readdir(incoming)).toEqual(['notes.txt']);
  });

  it('works again after its directory was removed from under it', async () => {
    await store.put(key, inChunks(bytes));
    await removeTemporaryDirectory(directory);

    await expect(store.put(key, inChunks(bytes))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await store.put(key, inChunks(bytes));

    expect(await store.head(key)).toMatchObject({ byteSize: bytes.byteLength });
  });

  it('takes the place of an empty folder, which a killed process may have left', async () => {
    await mkdir(join(directory, 'objects', key), { recursive: true });

    await store.put(key, inChunks(bytes));

    expect(await store.head(key)).toMatchObject({ byteSize: bytes.byteLength });
  });

  it('leaves no empty folder behind when it is deleted', async () => {
    const neighbour = parseArtifactKey('jobs/2/document.pdf');
    for (const each of [key, neighbour]) await store.put(each, inChunks(bytes));

    await store.delete(key);

    expect(await allFiles(join(directory, 'objects'))).toEqual(['jobs/', 'jobs/2/', 'jobs/2/document.pdf']);
    await store.delete(neighbour);
    expect(await allFiles(join(directory, 'objects'))).toEqual([]);
  });

  it.each([undefined, '', 7, 'a\0b'])('is refused the directory %j', (value) => {
    expect(() => createFsArtifactStore({ directory: value as never })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });
});
