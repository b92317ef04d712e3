import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createFsArtifactStore } from '@pubpipe/artifact-store/fs';
import { parseArtifactKey } from '@pubpipe/core';
import { collectBytes } from '@pubpipe/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFixture } from '../support/run-fixture.ts';
import { makeTemporaryDirectory, removeTemporaryDirectory } from '../support/temporary-directory.ts';

const key = parseArtifactKey('jobs/1/document.pdf');

describe('a process that is killed in the middle of an upload', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await makeTemporaryDirectory();
  });
  afterEach(async () => {
    await removeTemporaryDirectory(directory);
  });

  // Ten chunks make an upload. After eleven the first has ended; what a later one had reached is not known.
  it.each([11, 15, 20, 29])('leaves the key overwritten whole or not at all, after %i chunks', async (chunks) => {
    const fixture = runFixture('overwrite-for-ever.ts', directory, key);
    for (let chunk = 0; chunk < chunks; chunk++) await fixture.nextLine();
    await fixture.kill();

    const store = createFsArtifactStore({ directory });
    const bytes = await collectBytes((await store.get(key)).body);

    expect(bytes).toHaveLength(1_000_000);
    expect([1, 2]).toContain(bytes[0]);
    expect(new Set(bytes).size).toBe(1);
  });

  it('leaves a temporary file that discardIncomplete removes once it is old enough', async () => {
    const fixture = runFixture('overwrite-for-ever.ts', directory, key, '4');
    for (let chunk = 0; chunk < 4; chunk++) await fixture.nextLine();
    await fixture.kill();
    const incoming = join(directory, 'incoming');
    const [leftOver, ...others] = await readdir(incoming);
    expect(others).toEqual([]);
    const path = join(incoming, leftOver as string);
    expect((await stat(path)).size).toBe(400_000);

    const store = createFsArtifactStore({ directory });
    expect(await store.discardIncomplete({ olderThanMs: 3_600_000 })).toBe(0);
    await utimes(path, new Date(0), new Date(0));
    expect(await store.discardIncomplete({ olderThanMs: 3_600_000 })).toBe(1);

    expect(await readdir(incoming)).toEqual([]);
    expect(await Array.fromAsync(store.list())).toEqual([]);
  });
});
