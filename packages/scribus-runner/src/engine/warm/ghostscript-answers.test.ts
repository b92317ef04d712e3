import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { silentLogger } from '@pubpipe/core/driver';
import { expect, it, onTestFinished, vi } from 'vitest';
import { documentOf, threePagesWith } from '../../../test/fixtures/documents.ts';
import { openRendererForTest } from '../../../test/integration/open-renderer.ts';
import { runProgram } from '../../programs/run-program.ts';
import { GhostscriptAnswers } from './ghostscript-answers.ts';

const { signal } = new AbortController();
const { PATH: system = '' } = process.env;

/** A Ghostscript that notes what it is asked, and says `answer`. */
async function open(answer = 'exit 0') {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'ghostscript-answers-')));
  onTestFinished(() => rm(directory, { recursive: true }));
  const program = join(directory, 'gs');
  const noted = join(directory, 'asked');
  await writeFile(program, `#!/bin/sh\necho "$*" >>'${noted}'\n${answer}\n`);
  await chmod(program, 0o755);
  const asked = async () => (await readFile(noted, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  const cache = join(directory, 'cache');
  const environment = { PATH: `${directory}:${system}` };
  const answers = new GhostscriptAnswers(cache, silentLogger);
  const place = async () => {
    await mkdir(join(directory, 'place'));
    return join(directory, 'place');
  };
  return { directory, program, cache, environment, answers, asked, place };
}

const questions = ['-h', '-sDEVICE=pngalpha -c quit', '-sDEVICE=tiffsep -c quit'];
const bounds = { timeoutMs: 10_000, maxOutputBytes: 1000, signal };

it('answers what Scribus asks when it starts, and leaves all else to Ghostscript', async () => {
  const { answers, environment, asked, place } = await open('[ "$1" = -q ] && exit 3; exit 0');
  await answers.learn(environment, signal);
  expect(await asked()).toEqual(questions);

  const env = await answers.shorten(await place(), environment);
  const codes = [...questions, '-q it', '-h more'].map((question) => question.split(' '));
  const ends = await Promise.all(codes.map((args) => runProgram(['gs', ...args], { ...bounds, env })));

  expect(ends.map(({ failure }) => failure)).toEqual([
    undefined,
    undefined,
    undefined,
    'it ended with exit code 3',
    undefined,
  ]);
  expect((await asked()).slice(3).toSorted()).toEqual(['-h more', '-q it']);
  expect(env).toMatchObject({ PUBPIPE_PATH: environment.PATH });
});

it('asks a Ghostscript once, another one anew, and keeps it for nobody else to read', async () => {
  const { answers, environment, asked, place, program, cache } = await open();
  await answers.learn(environment, signal);
  await answers.learn(environment, signal);
  expect(await asked()).toHaveLength(3);
  expect((await stat(join(cache, 'ghostscript'))).mode & 0o077).toBe(0);

  await utimes(program, 1, 1);

  expect(await answers.shorten(await place(), environment)).toBe(environment);
  await answers.learn(environment, signal);
  expect(await asked()).toHaveLength(6);
  expect(await readdir(join(cache, 'ghostscript'))).toHaveLength(1);
});

it.each([
  ['says no to a question', 'case $1 in *tiffsep) exit 1;; esac'],
  ['dies', 'kill -9 $$'],
])('does not answer for a Ghostscript that %s', async (_, answer) => {
  const { answers, environment, place, cache } = await open(answer);

  await answers.learn(environment, signal);

  expect(await answers.shorten(await place(), environment)).toBe(environment);
  expect(await readdir(cache).catch(() => [])).toEqual([]);
});

it('changes nothing where there is no Ghostscript, or nothing can be kept', async () => {
  const { answers, directory, place, environment, program } = await open();
  const none = { PATH: join(directory, 'nothing') };
  await answers.learn(none, signal);
  expect(await answers.shorten(await place(), none)).toBe(none);

  const full = new GhostscriptAnswers(program, silentLogger);
  await full.learn(environment, signal);
  expect(await full.shorten(join(directory, 'place'), environment)).toBe(environment);
});

it('spares a real Scribus its questions from the second start on', async () => {
  const { directory, asked, cache } = await open(`PATH='${system}' exec gs "$@"`);
  vi.stubEnv('PATH', `${directory}:${system}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const start = async () => {
    const { renderer } = await openRendererForTest({ cacheDirectory: cache });
    await renderer.warmUp();
    const kept = () => readdir(join(cache, 'ghostscript')).catch(() => []);
    await vi.waitFor(async () => expect(await kept()).toHaveLength(1), 10_000);
    await renderer.close();
  };
  await start();
  // By Scribus, and then for the next.
  expect(await asked()).toEqual([...questions, ...questions]);

  await start();

  expect(await asked()).toHaveLength(6);
});

it('leaves Ghostscript itself to documents', async () => {
  const { cache } = await open();
  await new GhostscriptAnswers(cache, silentLogger).learn({ PATH: system }, signal);
  const { render } = await openRendererForTest({ cacheDirectory: cache });
  const eps = '%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n0 0 9 9 rectfill\nshowpage\n%%EOF\n';
  const files = { 'square.eps': eps };

  const { result } = await render(documentOf(threePagesWith('PFILE="red.png"', 'PFILE="square.eps"'), files));

  expect(await readdir(join(cache, 'ghostscript'))).toHaveLength(1);
  expect(result.findings).toEqual([]);
});
