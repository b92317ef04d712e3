import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { passedOnDisk } from './disk-usage.ts';

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'disk-usage-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

it('counts what lies in directories together, in folders too', async () => {
  const [one, other] = [await makeDirectory(), await makeDirectory()];
  await mkdir(join(one, 'folder'));
  await writeFile(join(one, 'folder', 'file'), Buffer.alloc(100_000, 'x'));
  await writeFile(join(other, 'file'), Buffer.alloc(100_000, 'x'));
  // That leads somewhere else.
  await symlink('/usr', join(other, 'link'));
  const passed = (bytes: number, files: number) => passedOnDisk([one, other], { bytes, files });

  expect(await passed(1_000_000, 4)).toBeUndefined();
  expect(await passed(150_000, 4)).toBe('bytes');
  expect(await passed(1_000_000, 3)).toBe('files');
});

it('finds nothing in what is gone', async () => {
  expect(await passedOnDisk([join(tmpdir(), 'disk-usage-test-none')], { bytes: 0, files: 0 })).toBeUndefined();
});
