import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, expect, it } from 'vitest';
import { removeTree } from './remove-tree.ts';

const nobody = 65_534;

beforeAll(() => {
  // Nothing is closed to root. The tests of a file have a process of their own.
  if (process.getuid?.() !== 0) return;
  process.setgroups?.([]);
  process.setgid?.(nobody);
  process.setuid?.(nobody);
});

const makeDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'remove-tree-test-'));

it('removes folders in folders that no path reaches', async () => {
  const directory = await makeDirectory();
  const program = `
import os, sys
place = os.open(sys.argv[1], os.O_RDONLY)
for _ in range(60):
    os.mkdir("d" * 200, dir_fd=place)
    place = os.open("d" * 200, os.O_RDONLY, dir_fd=place)
os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=place))`;
  execFileSync('python3', ['-c', program, directory]);

  await removeTree(directory);

  expect(existsSync(directory)).toBe(false);
});

it('removes folders that are closed', async () => {
  const directory = await makeDirectory();
  await mkdir(join(directory, 'closed'), { mode: 0o300 });
  await writeFile(join(directory, 'closed', 'file'), '');

  await removeTree(directory);

  expect(existsSync(directory)).toBe(false);
});

it('has nothing to do where nothing is', async () => {
  await expect(removeTree(join(tmpdir(), 'remove-tree-test-none'))).resolves.toBeUndefined();
});
