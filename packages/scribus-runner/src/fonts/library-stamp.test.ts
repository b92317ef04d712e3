import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LibraryStamp, libraryStamp } from './library-stamp.ts';

async function makeLibrary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'library-stamp-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, 'deep', 'deeper'), { recursive: true });
  await writeFile(join(directory, 'a.ttf'), 'a');
  return directory;
}

it('stays the same while nothing is added or removed', async () => {
  const library = await makeLibrary();

  expect(await libraryStamp([library])).toBe(await libraryStamp([library]));
  expect(await libraryStamp([library])).not.toBe(await libraryStamp([join(library, 'deep')]));
});

it.each([
  {
    what: 'a font is added deep inside',
    change: (library: string) => writeFile(join(library, 'deep', 'deeper', 'b.ttf'), 'b'),
  },
  { what: 'a font is removed', change: (library: string) => rm(join(library, 'a.ttf')) },
  {
    what: 'a font is renamed',
    change: (library: string) => rename(join(library, 'a.ttf'), join(library, 'deep', 'a.ttf')),
  },
  { what: 'the directory goes', change: (library: string) => rm(library, { recursive: true }) },
])('changes when $what', async ({ change }) => {
  const library = await makeLibrary();
  const before = await libraryStamp([library]);

  await change(library);

  expect(await libraryStamp([library])).not.toBe(before);
});

it('ends where directories lie in a circle, and looks at directories that are not there', async () => {
  const library = await makeLibrary();
  await symlink(library, join(library, 'deep', 'again'));
  const missing = join(library, 'missing');
  const before = await libraryStamp([library, missing]);

  await mkdir(missing);

  expect(await libraryStamp([library, missing])).not.toBe(before);
});

it('asks at most once a second', async () => {
  const library = await makeLibrary();
  const stamp = new LibraryStamp([library]);

  expect(stamp.current()).toBe(stamp.current());
});
