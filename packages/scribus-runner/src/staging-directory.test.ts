import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parseAssetName } from '@pubpipe/core/driver';
import { expect, it, onTestFinished } from 'vitest';
import { openStagingDirectory } from './staging-directory.ts';

const { signal } = new AbortController();

async function open() {
  const output = await realpath(await mkdtemp(join(tmpdir(), 'staging-')));
  onTestFinished(() => rm(output, { recursive: true, force: true }));
  const staging = await openStagingDirectory(output);
  const write = async (content: string | Buffer, name = 'x') => {
    await writeFile(join(staging.directory, name), content);
    return join(staging.directory, name);
  };
  return { output, staging, write };
}

it('takes a file to where the sandbox lets Scribus write nothing, and frees its room', async () => {
  const { staging, write } = await open();
  const long = Buffer.alloc(3_000_001, 'abc');

  const path = await staging.take(await write(long), signal);

  expect(relative(staging.directory, path)).toMatch(/^\.\./);
  expect((await readFile(path)).equals(long)).toBe(true);
  expect(await readdir(staging.directory)).toEqual([]);
});

it('publishes whole files under their names, and leaves nothing else', async () => {
  const { output, staging, write } = await open();
  const names = ['a.pdf', 'pages/1.png'].map((name) => parseAssetName(name));

  for (const name of names) {
    const taken = await staging.take(await write(`content of ${name}`), signal);
    expect(await staging.publish(taken, name)).toBe(`content of ${name}`.length);
  }
  await write('left over');
  await staging.close();
  await staging.close();

  expect((await readdir(output)).toSorted()).toEqual(['a.pdf', 'pages']);
  expect(await readFile(join(output, 'pages/1.png'), 'utf8')).toBe('content of pages/1.png');
});

it('takes nothing but plain files', async () => {
  const { output, staging } = await open();
  await symlink('/etc/passwd', join(staging.directory, 'link'));
  await mkdir(join(staging.directory, 'folder'));

  for (const name of ['link', 'folder', 'nothing']) {
    await expect(staging.take(join(staging.directory, name), signal)).rejects.toMatchObject({
      code: 'OUTPUT_MISMATCH',
    });
  }
  expect(dirname(dirname(staging.directory))).toBe(output);
});

it('stops taking when the render ends', async () => {
  const { staging, write } = await open();
  const reason = new DOMException('', 'AbortError');

  await expect(staging.take(await write('content'), AbortSignal.abort(reason))).rejects.toMatchObject({
    code: 'CANCELLED',
  });
});

it('says that the output directory can not be written', async () => {
  await expect(openStagingDirectory('/proc')).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
});
