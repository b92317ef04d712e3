import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { RenderableDocument } from '@pubpipe/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { ghostscriptConverts, processesNaming } from './open-renderer.ts';

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

describe('pubpipe-render', () => {
  let directory: string;
  let jobs: string;
  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'pubpipe-render-test-')));
    jobs = join(directory, 'jobs');
    await mkdir(jobs);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** Writes a document into a folder of its own and returns its path from the command's directory. */
  const lay = async (document: RenderableDocument, folder: string): Promise<string> => {
    await mkdir(join(directory, folder));
    for (const { name, content } of document.files) await writeFile(join(directory, folder, name), content);
    return join(folder, document.name);
  };

  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, ['--conditions=@pubpipe/source', main, ...args], {
      cwd: directory,
      env: { ...process.env, TMPDIR: jobs },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  const run = async (...args: string[]) => {
    const child = start(...args);
    const [stdout, stderr, [code]] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      once(child, 'exit') as Promise<[number | null]>,
    ]);
    return { code, stdout, stderr };
  };

  it('writes a PDF beside the document', async () => {
    const document = await lay(documents.sound, 'flyer');

    const { code, stdout, stderr } = await run(document);

    expect({ code, stderr, stdout }).toEqual({
      code: 0,
      stderr: '',
      stdout: `${document}: 3 pages → flyer/document.pdf\n`,
    });
    expect((await readdir(join(directory, 'flyer'))).toSorted()).toEqual(['document.pdf', 'document.sla', 'red.png']);
    expect((await readFile(join(directory, 'flyer/document.pdf'))).toString('latin1', 0, 5)).toBe('%PDF-');
    expect(await readdir(jobs)).toEqual([]);
  });

  it('writes PDF and page images where it is told, and replaces what is there', async () => {
    const document = await lay(documents.sound, 'flyer');
    await writeFile(join(directory, 'out.pdf'), 'old');

    const { code } = await run(document, '--pdf', 'out.pdf', '--png', 'pages/of/it', '--dpi', '36');

    expect(code).toBe(0);
    expect(await readdir(join(directory, 'pages/of/it'))).toEqual(
      [1, 2, 3].map((page) => `document-page-000${page}.png`),
    );
    expect((await readdir(directory)).toSorted()).toEqual(['flyer', 'jobs', 'out.pdf', 'pages']);
    expect((await readFile(join(directory, 'out.pdf'))).byteLength).toBeGreaterThan(3000);
  });

  it('prints one JSON object a line, renders the good and says which failed', async () => {
    const good = await lay(documents.sound, 'good');
    const bad = await lay(documents.missingImage, 'bad');

    const { code, stdout, stderr } = await run('--json', good, bad);

    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly event: string });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(events).toContainEqual({ event: 'progress', document: good, stage: 'opening' });
    const outputs = [join(directory, 'good/document.pdf')];
    expect(events).toContainEqual({ event: 'rendered', document: good, outputs, pageCount: 3, findings: [] });
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'failed', document: bad, code: 'PREFLIGHT_FAILED', details: expect.anything() }),
    );
    expect((await readdir(join(directory, 'bad'))).toSorted()).toEqual(['document.sla']);
  });

  it('renders with missing images when it may, and says so', async () => {
    const document = await lay(documents.missingImage, 'flyer');

    const { code, stderr } = await run('--allow-missing-images', document);

    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `${document}: The image "${documents.missingImage.file}" on page 1 is missing.\n`,
    });
  });

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
  ])('refuses wrong usage with 2: $args', async ({ args, says }) => {
    const { code, stdout, stderr } = await run(...args);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toContain('--help');
  });

  it('explains itself', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));

    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(await run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Exit codes'), stderr: '' });
  });

  it('exits with 3 when there is no Scribus', async () => {
    const document = await lay(documents.sound, 'flyer');

    const { code, stderr } = await run('--scribus', 'no-such-scribus', document);

    expect(code).toBe(3);
    expect(stderr).toContain('RENDERER_UNAVAILABLE');
  });

  it('creates nothing for a mistyped document', async () => {
    const { code, stderr } = await run('typo/flyer.sla', '--png', 'pages/of/it');

    expect(code).toBe(1);
    expect(stderr).toContain('INVALID_INPUT');
    expect(await readdir(directory)).toEqual(['jobs']);
  });

  it.each(['no-such-scribus', 'endless'])('stops when going on is of no use: %s', async (why) => {
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

  it.each([
    { where: 'a reader that has left', open: '| true', exitCode: 141, says: /^$/ },
    { where: 'a full disk', open: '> /dev/full', exitCode: 1, says: /^pubpipe-render: [^\n]*ENOSPC\n$/ },
  ])('ends when it prints to $where, and leaves nothing', async ({ open, exitCode, says }) => {
    const document = await lay(documents.endless, 'flyer');
    const command = [process.execPath, '--conditions=@pubpipe/source', main, '--json', document];
    const child = spawn('bash', ['-c', `"$@" ${open}; exit "\${PIPESTATUS[0]}"`, 'bash', ...command], {
      cwd: directory,
      env: { ...process.env, TMPDIR: jobs },
      stdio: ['ignore', 'ignore', 'pipe'],
    });

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
    const document = await lay(documents.endless, 'flyer');
    const child = start(document);
    const ended = once(child, 'exit');
    await ghostscriptConverts(() => processesNaming(jobs));

    child.kill(signal);

    expect(await ended).toEqual([exitCode, null]);
    expect(await processesNaming(jobs)).toEqual([]);
    expect(await readdir(jobs)).toEqual([]);
    expect((await readdir(join(directory, 'flyer'))).toSorted()).toEqual(['document.sla', 'endless.eps']);
  });
});

async function textOf(stream: AsyncIterable<Buffer> | null): Promise<string> {
  return Buffer.concat(await Array.fromAsync(stream ?? [])).toString('utf8');
}
