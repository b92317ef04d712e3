import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { placeOutputs } from './place-outputs.ts';

let directory: string;
const at = (name: string): string => join(directory, name);
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'place-outputs-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await mkdir(at('work'));
  await mkdir(at('out'));
  for (const name of ['1.png', 'document.pdf']) await writeFile(at(`work/${name}`), name);
});

const placements = () => ['1.png', 'document.pdf'].map((name) => ({ from: at(`work/${name}`), to: at(`out/${name}`) }));
const place = () => placeOutputs(placements(), at('document.sla'));

it('places all, and replaces what is there', async () => {
  await writeFile(at('out/1.png'), 'old');

  await place();

  expect(await readFile(at('out/1.png'), 'utf8')).toBe('1.png');
  expect(await readFile(at('out/document.pdf'), 'utf8')).toBe('document.pdf');
  expect(await readdir(at('out'))).toEqual(['1.png', 'document.pdf']);
});

it('places none when a target is not a file', async () => {
  await writeFile(at('out/1.png'), 'old');
  await mkdir(at('out/document.pdf'));

  await expect(place()).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });

  expect(await readFile(at('out/1.png'), 'utf8')).toBe('old');
});

it('removes what it has placed when a later one cannot be placed', async () => {
  await rm(at('work/document.pdf'));

  await expect(place()).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });

  expect(await readdir(at('out'))).toEqual([]);
});

it('brings back what it has replaced when a later one cannot be placed', async () => {
  await writeFile(at('out/1.png'), 'old');
  await rm(at('work/document.pdf'));

  await expect(place()).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });

  expect(await readdir(at('out'))).toEqual(['1.png']);
  expect(await readFile(at('out/1.png'), 'utf8')).toBe('old');
});
