import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createFsArtifactStore } from '@pubpipe/artifact-store/fs';
import { parseArtifactKey } from '@pubpipe/core';
import { inChunks } from '@pubpipe/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFixture } from '../support/run-fixture.ts';
import { makeTemporaryDirectory, removeTemporaryDirectory } from '../support/temporary-directory.ts';

const isRoot = process.getuid?.() === 0;

describe('a process without the right to write', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await makeTemporaryDirectory();
    await chmod(directory, 0o755);
  });
  afterEach(async () => {
    await chmod(join(directory, 'foreign'), 0o700);
    await removeTemporaryDirectory(directory);
  });

  it('is refused with a code for each call, and still removes a scratch whose folders were locked', async () => {
    const foreign = join(directory, 'foreign');
    const own = join(directory, 'own');
    await mkdir(own);
    await chmod(own, 0o777);
    await createFsArtifactStore({ directory: foreign }).put(parseArtifactKey('held'), inChunks(new Uint8Array(10)));
    await chmod(foreign, 0o000);
    // Another user's directory of the same name, where everybody may make one: it stays.
    const abandoned = isRoot ? ['pubpipe-scratch-of-another-user'] : [];
    for (const name of abandoned) await mkdir(join(own, name));

    const fixture = runFixture('without-rights.ts', foreign, own);

    expect(JSON.parse(await fixture.nextLine())).toEqual({
      refusals: {
        put: 'STORE_UNAVAILABLE',
        get: 'STORE_UNAVAILABLE',
        delete: 'STORE_UNAVAILABLE',
        scratch: 'OUTPUT_UNWRITABLE',
      },
      discarded: 0,
      closing: 'none',
      left: abandoned,
    });
  });
});
