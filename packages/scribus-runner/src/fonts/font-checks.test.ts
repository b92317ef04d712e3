import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLogger } from '@pubpipe/core/driver';
import { expect, it, onTestFinished } from 'vitest';
import { openRendererForTest } from '../../test/integration/open-renderer.ts';
import { FontChecks } from './font-checks.ts';

const inHome = '.config/scribus/checkfonts150.xml';
const sources = { scribus: ['scribus'], fontDirectories: [], libraryStamp: 'a' };

async function openDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'font-checks-')));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** A HOME, with what Scribus has noted in it if that is given. */
async function openHome(noted?: string): Promise<string> {
  const home = await openDirectory();
  if (noted === undefined) return home;
  await mkdir(dirname(join(home, inHome)), { recursive: true });
  await writeFile(join(home, inHome), noted);
  return home;
}

async function open() {
  const cache = join(await openDirectory(), 'cache');
  const checks = new FontChecks(cache, silentLogger);
  const restored = async (of = sources) => {
    const home = await openHome();
    await checks.restore(home, of);
    return await readFile(join(home, inHome), 'utf8').catch(() => undefined);
  };
  return { cache, checks, restored };
}

it('lays what one Scribus has found out before the next, of the same Scribus and the same fonts', async () => {
  const { checks, restored } = await open();
  expect(await restored()).toBeUndefined();

  await checks.keep(await openHome('<CachedFonts/>'), sources);

  expect(await restored()).toBe('<CachedFonts/>');
  expect(await restored({ ...sources, libraryStamp: 'b' })).toBeUndefined();
  expect(await restored({ ...sources, scribus: ['scribus', '1.6'] })).toBeUndefined();
  expect(await restored({ ...sources, fontDirectories: ['/srv/fonts'] as never })).toBeUndefined();
});

it('keeps what is new, for nobody else to read, and the 16 that are newest', async () => {
  const { cache, checks, restored } = await open();
  for (let index = 0; index < 20; index += 1) {
    await checks.keep(await openHome(`<Old${index}/>`), { ...sources, libraryStamp: String(index) });
    for (const name of await readdir(join(cache, 'font-checks'))) {
      const path = join(cache, 'font-checks', name);
      const { mtimeMs } = await stat(path);
      await utimes(path, 0, mtimeMs / 1000 - 10);
    }
  }
  await checks.keep(await openHome('<New/>'), { ...sources, libraryStamp: '19' });

  expect(await readdir(join(cache, 'font-checks'))).toHaveLength(16);
  expect(await restored({ ...sources, libraryStamp: '19' })).toBe('<New/>');
  expect(await restored({ ...sources, libraryStamp: '0' })).toBeUndefined();
  expect((await stat(join(cache, 'font-checks'))).mode & 0o077).toBe(0);
});

it('does without where nothing can be kept', async () => {
  const file = join(await openHome('x'), inHome);
  const checks = new FontChecks(file, silentLogger);

  await checks.keep(await openHome('<CachedFonts/>'), sources);
  await checks.restore(await openHome(), sources);

  expect(await readFile(file, 'utf8')).toBe('x');
});

it('takes over what a real Scribus finds out, and gives it to the next', async () => {
  const cacheDirectory = join(await openDirectory(), 'cache');
  const kept = () => readdir(join(cacheDirectory, 'font-checks')).catch(() => []);
  const first = await openRendererForTest({ cacheDirectory });
  await first.renderer.warmUp();
  await first.renderer.close();
  const [name = ''] = await kept();
  const path = join(cacheDirectory, 'font-checks', name);
  expect(await readFile(path, 'utf8')).toMatch(/<Font [^>]*File="\//);
  const { ino } = await stat(path);

  const second = await openRendererForTest({ cacheDirectory });
  await second.renderer.warmUp();
  await second.renderer.close();

  // It would be replaced if Scribus had found out something else.
  expect(await kept()).toEqual([name]);
  expect((await stat(path)).ino).toBe(ino);
});
