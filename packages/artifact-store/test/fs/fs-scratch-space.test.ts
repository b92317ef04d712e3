import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { describeScratchSpace } from '@pubpipe/core/testing';
import { expect, it } from 'vitest';
import { makeTemporaryDirectory, removeTemporaryDirectory } from '../support/temporary-directory.ts';

describeScratchSpace('FsScratchSpace', async () => {
  const directory = await makeTemporaryDirectory();
  return {
    space: createFsScratchSpace({ directory }),
    readFile: async (parent, name) =>
      existsSync(join(parent, name)) ? new Uint8Array(await readFile(join(parent, name))) : undefined,
    writeFile: async (parent, name, content) => {
      await mkdir(dirname(join(parent, name)), { recursive: true });
      await writeFile(join(parent, name), content);
    },
    leaveAbandoned: async (ageMs) => {
      const path = join(directory, `pubpipe-scratch-${randomUUID()}`);
      const begunAt = new Date(Date.now() - ageMs);
      await mkdir(join(path, 'input'), { recursive: true });
      await writeFile(join(path, 'input', 'document.sla'), 'part');
      await utimes(path, begunAt, begunAt);
    },
    close: async () => await removeTemporaryDirectory(directory),
  };
});

it('makes its directory again when somebody has removed it', async () => {
  const parent = await makeTemporaryDirectory();
  const directory = join(parent, 'scratch');
  const space = createFsScratchSpace({ directory });
  await (await space.open()).close();
  await rm(directory, { recursive: true });
  const scratch = await space.open();
  expect(existsSync(scratch.inputDirectory) && existsSync(scratch.outputDirectory)).toBe(true);
  await scratch.close();
  await removeTemporaryDirectory(parent);
});
