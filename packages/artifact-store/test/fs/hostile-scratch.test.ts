import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { parseAssetName, type Scratch } from '@pubpipe/core';
import { collectBytes, deterministicBytes, inChunks } from '@pubpipe/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allFiles } from '../support/all-files.ts';
import { openFiles } from '../support/open-files.ts';
import { makeTemporaryDirectory, removeTemporaryDirectory } from '../support/temporary-directory.ts';

const bytes = deterministicBytes(1_000);
const longAgo = new Date(0);

describe('a scratch directory with a hostile neighbour', () => {
  let directory: string;
  let outside: string;
  let scratch: Scratch;
  beforeEach(async () => {
    directory = await makeTemporaryDirectory();
    outside = await makeTemporaryDirectory();
    await writeFile(join(outside, 'secret'), 'secret');
    scratch = await createFsScratchSpace({ directory }).open();
  });
  afterEach(async () => {
    await scratch.close();
    // Whatever a test did, nothing outside has changed, and nothing is left.
    assert.deepEqual(await allFiles(outside), ['secret']);
    assert.equal(await readFile(join(outside, 'secret'), 'utf8'), 'secret');
    await removeTemporaryDirectory(directory);
    await removeTemporaryDirectory(outside);
  });

  it('can be entered by its owner alone', async () => {
    for (const path of [scratch.inputDirectory, scratch.outputDirectory, dirname(scratch.inputDirectory)]) {
      expect((await stat(path)).mode & 0o777).toBe(0o700);
    }
  });

  it('does not read a file through a link, a folder through a link, or a named pipe', async () => {
    await symlink(join(outside, 'secret'), join(scratch.outputDirectory, 'document.pdf'));
    await symlink(outside, join(scratch.outputDirectory, 'pages'));
    await promisify(execFile)('mkfifo', [join(scratch.outputDirectory, 'pipe')]);

    for (const name of ['document.pdf', 'pages/secret', 'pipe']) {
      await expect(collectBytes(scratch.readOutput(parseAssetName(name)))).rejects.toMatchObject({
        code: 'OUTPUT_MISMATCH',
      });
    }
  });

  it('does not write through a link', async () => {
    await symlink(join(outside, 'new'), join(scratch.inputDirectory, 'document.sla'));
    await symlink(outside, join(scratch.inputDirectory, 'images'));

    for (const name of ['document.sla', 'images/new', 'images']) {
      await expect(scratch.writeInput(parseAssetName(name), inChunks(bytes))).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
    }
  });

  it('removes links when it is closed, never what they lead to', async () => {
    await symlink(outside, join(scratch.outputDirectory, 'pages'));

    await scratch.close();

    expect(await allFiles(directory)).toEqual([]);
  });

  it('holds no file open after a read that was left', async () => {
    await writeFile(join(scratch.outputDirectory, 'document.pdf'), deterministicBytes(1_000_000));

    for await (const chunk of scratch.readOutput(parseAssetName('document.pdf'))) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }

    expect(openFiles(directory)).toEqual([]);
  });

  it('discards old directories of its own making alone', async () => {
    const space = createFsScratchSpace({ directory });
    await symlink(outside, join(directory, 'pubpipe-scratch-link'));
    await writeFile(join(directory, 'pubpipe-scratch-file'), 'x');
    await mkdir(join(directory, 'somebody-elses'));
    await utimes(join(directory, 'somebody-elses'), longAgo, longAgo);
    await utimes(dirname(scratch.inputDirectory), longAgo, longAgo);

    expect(await space.discardAbandoned({ olderThanMs: 0 })).toBe(0);

    await scratch.writeInput(parseAssetName('document.sla'), inChunks(bytes));
  });

  it('lies below the directory for temporary files unless another is named', async () => {
    const usual = await createFsScratchSpace().open();

    expect(usual.inputDirectory.startsWith(tmpdir())).toBe(true);

    await usual.close();
  });

  it.each(['', 7, 'a\0b'])('is refused the directory %j', (value) => {
    expect(() => createFsScratchSpace({ directory: value as never })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });
});
