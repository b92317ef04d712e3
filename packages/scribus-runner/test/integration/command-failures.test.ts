import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { openCommandForTest, textOf } from './open-command.ts';
import { ghostscriptConverts, processesNaming } from './open-renderer.ts';

it.each([
  { args: [], says: 'no document' },
  { args: ['--dpi', '7', '--png', '.', 'a.sla'], says: '--dpi' },
  { args: ['--colour', 'a.sla'], says: '--colour' },
  { args: ['--pdf', 'out', 'a/x.sla', 'b/x.sla'], says: 'same file' },
  { args: ['--pdf', 'a.sla', 'a.sla'], says: 'a.sla' },
  { args: ['--pdf', '', 'a.sla'], says: '--pdf' },
  { args: ['--png=', 'a.sla'], says: '--png' },
  { args: [''], says: 'empty' },
  { args: ['--pdf', 'a.pdf', '--pdf', 'b.pdf', 'a.sla'], says: 'twice' },
  { args: [`${'x'.repeat(300)}.sla`], says: 'ENAMETOOLONG' },
  { args: ['--profile', 'pdf/x-5', 'a.sla'], says: 'profile' },
  { args: ['--fail-on', 'missing-images', 'a.sla'], says: 'missing-image, unreadable-image' },
  { args: ['--preflight', '-', '--json', 'a.sla'], says: '--json' },
  { args: ['--preflight', '-', 'a.sla', 'b.sla'], says: 'one document' },
  { args: ['--sandbox', 'maybe', 'a.sla'], says: 'required, preferred, off' },
  { args: ['--font-directory', 'no-such-directory', 'a.sla'], says: '--font-directory' },
  { args: ['--options', 'no-such-file', 'a.sla'], says: 'ENOENT' },
])('refuses wrong usage with 2: $args', async ({ args, says }) => {
  const { directory, run } = await openCommandForTest();

  const { code, stdout, stderr } = await run(...args);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(says);
  expect(stderr).toContain('--help');
  expect(await readdir(directory)).toEqual(['jobs']);
});

describe('exits with', () => {
  it('2 for a mistyped document, and creates nothing', async () => {
    const { directory, run } = await openCommandForTest();

    const { code, stderr } = await run('typo/flyer.sla', '--png', 'pages/of/it', '--preflight', 'reports/');

    expect(code).toBe(2);
    expect(stderr).toContain('INVALID_INPUT');
    expect(await readdir(directory)).toEqual(['jobs']);
  });

  it('3 when there is no Scribus', async () => {
    const { lay, run } = await openCommandForTest();

    const { code, stderr } = await run('--scribus', 'no-such-scribus', await lay(documents.sound, 'flyer'));

    expect(code).toBe(3);
    expect(stderr).toContain('RENDERER_UNAVAILABLE');
  });

  it.each([
    { kind: 'unreadable', exitCode: 4, args: [] },
    { kind: 'missingImage', exitCode: 5, args: [] },
    { kind: 'crashing', exitCode: 6, args: [] },
    { kind: 'endless', exitCode: 7, args: ['--timeout', '2'] },
    { kind: 'sound', exitCode: 2, args: ['--pages', '2-4'] },
  ] as const)('$exitCode for a document that is $kind $args', async ({ kind, exitCode, args }) => {
    const { lay, run } = await openCommandForTest();

    const { code, stdout } = await run(await lay(documents[kind], 'flyer'), ...args);

    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  });

  it('8 when an output has no place', async () => {
    const { lay, run } = await openCommandForTest();
    const document = await lay(documents.sound, 'flyer');

    // A file is where a folder would have to be.
    expect(await run(document, '--pdf', `${document}/new.pdf`)).toMatchObject({
      code: 8,
      stderr: expect.stringContaining('[OUTPUT_UNWRITABLE]'),
    });
  });

  it('the same code when all fail alike, and counts them', async () => {
    const { lay, run } = await openCommandForTest();
    const paths = [
      await lay(documents.sound, 'sound'),
      await lay(documents.missingImage, 'a'),
      await lay(documents.missingImage, 'b'),
    ];

    const { code, stderr } = await run(...paths);

    expect(code).toBe(5);
    expect(stderr.trim().split('\n').at(-1)).toBe('1 rendered, 2 not rendered.');
  });
});

it.each(['no-such-scribus', 'endless'])('stops when going on is of no use: %s', async (why) => {
  const { jobs, lay, start } = await openCommandForTest();
  const folders = Array.from({ length: 4 }, (_, index) => `flyer${index}`);
  const flyers = await Promise.all(folders.map((folder) => lay(documents.endless, folder)));
  const child = start('--jobs', '1', ...(why === 'endless' ? [] : ['--scribus', why]), ...flyers);
  const printed = textOf(child.stderr);
  if (why === 'endless') {
    await ghostscriptConverts(() => processesNaming(jobs));
    child.kill('SIGINT');
  }

  const lines = (await printed).trim().split('\n');

  expect(lines.at(-1)).toBe('Stopped: 0 rendered, 4 not rendered.');
  expect(lines).toHaveLength(why === 'endless' ? 1 : 2);
});

it('has a line of JSON for each document also when it is interrupted', async () => {
  const { jobs, lay, start } = await openCommandForTest();
  const flyers = await Promise.all(['a', 'b', 'c'].map((folder) => lay(documents.endless, folder)));
  const child = start('--json', '--jobs', '1', ...flyers);
  const printed = textOf(child.stdout);
  await ghostscriptConverts(() => processesNaming(jobs));

  child.kill('SIGTERM');

  const lines = (await printed).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    flyers.map((document) => ({ document, status: 'stopped', outputs: [], findings: [] })),
  );
});

it('removes what a killed run has left beside its outputs', async () => {
  const { directory, jobs, lay, start, run } = await openCommandForTest();
  const hidden = async () => (await readdir(join(directory, 'flyer'))).filter((name) => name.startsWith('.'));
  const child = start(await lay(documents.endless, 'flyer'));
  await ghostscriptConverts(() => processesNaming(jobs));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await hidden()).not.toEqual([]);

  const { code } = await run(await lay(documents.sound, 'flyer'));

  expect(code).toBe(0);
  expect(await hidden()).toEqual([]);
});

it.each([
  { where: 'a reader that has left', open: '| true', exitCode: 141, says: /^$/ },
  { where: 'a full disk', open: '> /dev/full', exitCode: 8, says: /^pubpipe-render: [^\n]*ENOSPC\n$/ },
])('ends when it prints to $where, and leaves nothing', async ({ open, exitCode, says }) => {
  const { directory, jobs, words, lay, spawn } = await openCommandForTest();
  const bad = await lay(documents.missingImage, 'bad');
  const endless = await lay(documents.endless, 'flyer');
  const script = `"$@" ${open}; exit "\${PIPESTATUS[0]}"`;
  const child = spawn(['bash', '-c', script, 'bash', ...words, '--json', '--jobs', '2', bad, endless]);

  const [stderr, [code]] = await Promise.all([textOf(child.stderr), once(child, 'exit')]);

  expect(code).toBe(exitCode);
  expect(stderr).toMatch(says);
  expect(await readdir(jobs)).toEqual([]);
  expect((await readdir(join(directory, 'flyer'))).toSorted()).toEqual(['document.sla', 'endless.eps']);
});

it.each([
  { signal: 'SIGINT', exitCode: 130 },
  { signal: 'SIGTERM', exitCode: 143 },
  { signal: 'SIGHUP', exitCode: 129 },
] as const)('ends on $signal with $exitCode, and leaves nothing', async ({ signal, exitCode }) => {
  const { directory, jobs, lay, start } = await openCommandForTest();
  const child = start(await lay(documents.endless, 'flyer'));
  const ended = once(child, 'exit');
  await ghostscriptConverts(() => processesNaming(jobs));

  child.kill(signal);

  expect(await ended).toEqual([exitCode, null]);
  expect(await processesNaming(jobs)).toEqual([]);
  expect(await readdir(jobs)).toEqual([]);
  expect((await readdir(join(directory, 'flyer'))).toSorted()).toEqual(['document.sla', 'endless.eps']);
});
