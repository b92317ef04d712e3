import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processesWith, startCommand } from '../../../test/kit/run-command.ts';
import { demoCommand } from './demo-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pubpipe-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const command = (...args: string[]) => [...demoCommand, '--output', folder, ...args];
const findRuns = () => readdirSync(folder).filter((name) => name !== 'state');
const readResult = (...path: string[]) => readFileSync(join(folder, findRuns().at(-1) ?? '', ...path));

test('documents go through the whole pipeline, and their files are there at the end', async () => {
  const demo = startCommand(command('--only', 'business-card,concert-programme'));
  await demo.exitsWith(0);

  const run = join(folder, findRuns()[0] ?? '');
  expect(demo.output()).toMatch(/^\[ +\d\.\d s\] concert-programme: uploading$/m);
  expect(demo.output()).toMatch(/^\[ +\d+\.\d s\] concert-programme: page images: 1 of 2$/m);
  expect(demo.output()).toMatch(/^\[ +\d+\.\d s\] business-card: done: 1 page$/m);
  expect(demo.output()).toMatch(/^concert-programme +2 +[\d,]+ +\d+\.\d +1$/m);
  expect(demo.output()).toMatch(/^business-card +1 +[\d,]+ +\d+\.\d +1$/m);
  expect(demo.output()).toContain(`The PDFs and page images are in ${run}\n`);
  expect(demo.output()).not.toContain('\u001B');

  expect(readdirSync(join(run, 'concert-programme')).toSorted()).toEqual([
    'document.pdf',
    'page-0001.png',
    'page-0002.png',
  ]);
  const pdf = readResult('business-card', 'document.pdf').toString('latin1');
  expect(pdf.slice(0, 5)).toBe('%PDF-');
  expect(pdf.trimEnd().endsWith('%%EOF')).toBe(true);
  expect(readResult('business-card', 'page-0001.png').subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001A\n');
});

test('a template is filled with the records of a file: a PDF of each, and one of all', async () => {
  const demo = startCommand(command('--only', 'tickets'));
  await demo.exitsWith(0);
  expect(demo.output()).toMatch(/^\[ +\d+\.\d s\] tickets: records: 0 of 20$/m);
  expect(demo.output()).toMatch(/^tickets +20 +[\d,]+ +\d+\.\d +1$/m);
  const files = readdirSync(join(folder, findRuns()[0] ?? '', 'tickets'));
  expect(files.filter((name) => /^\d\d-.+\.pdf$/.test(name))).toHaveLength(20);
  expect(files).toEqual(expect.arrayContaining(['01-Amira-proof-0001.png', 'merged.pdf']));
  const merged = join(folder, findRuns()[0] ?? '', 'tickets', 'merged.pdf');
  expect(spawnSync('pdfinfo', [merged], { encoding: 'utf8' }).stdout).toMatch(/^Pages: +20$/m);
});

test("the project's own document brings its fonts and its picture, in CMYK and a spot colour", async () => {
  const demo = startCommand(command('--only', 'concert-programme'));
  await demo.exitsWith(0);
  const pdf = join(folder, findRuns()[0] ?? '', 'concert-programme', 'document.pdf');
  const fonts = spawnSync('pdffonts', [pdf], { encoding: 'utf8' }).stdout;
  expect(fonts).toMatch(/LeagueSpartan-Bold .* yes yes/);
  expect(fonts).toMatch(/GoudyBookletter1911 .* yes yes/);
  expect(spawnSync('pdfimages', ['-list', pdf], { encoding: 'utf8' }).stdout).toMatch(/image +1819 +2551 +cmyk/);
  expect(readFileSync(pdf, 'latin1')).toContain('/Separation /Sunset');
});

test('a document that fails is named with its reason, and the others are rendered', async () => {
  const templates = join(folder, 'templates');
  mkdirSync(join(templates, 'buscard9'), { recursive: true });
  writeFileSync(join(templates, 'buscard9', 'buscard9.sla.gz'), '');
  const demo = startCommand(command('--only', 'business-card,concert-programme', '--templates', templates));
  await demo.exitsWith(1);
  expect(demo.output()).toMatch(/^business-card failed: .+ \(DOCUMENT_EMPTY\)$/m);
  expect(demo.output()).toMatch(/^concert-programme +2 /m);
  expect(demo.output()).toContain('1 of 2 documents, 2 pages');
});

test('an interrupt cancels what has not ended, and leaves no Scribus and no file behind', async () => {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const demo = startCommand(command('--only', 'card-collection,book'), { env: { TMPDIR: temporary } });
  await demo.written('opening');
  expect(processesWith(temporary).length).toBeGreaterThan(1);
  demo.interrupt();
  await demo.exitsWith(130);
  expect(demo.output()).toMatch(/^card-collection was cancelled\.$/m);
  expect(processesWith(temporary)).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
});

test('a wrong name is refused before anything starts', async () => {
  const demo = startCommand(command('--only', 'calendar'));
  await demo.exitsWith(1);
  expect(demo.output()).toMatch(/^demo: There is no document "calendar"\. There are: .*business-card/);
  expect(readdirSync(folder)).toEqual([]);
});

const hasScript = spawnSync('script', ['--version']).status === 0;

test.skipIf(!hasScript)('on a terminal each document has a line that is drawn again and again', async () => {
  const quoted = command('--only', 'business-card,concert-programme').map((word) => `'${word}'`);
  const inTerminal = ['script', '-qec', `stty rows 30 cols 100; exec ${quoted.join(' ')}`, '/dev/null'];
  const demo = startCommand(inTerminal, { env: { TERM: 'xterm', NO_COLOR: '' } });
  await demo.exitsWith(0);
  expect(demo.output()).toContain('\u001B[2A\r\u001B[0J\u001B[32m✔');
  expect(demo.output()).toContain('\u001B[?25h');
  expect(stripVTControlCharacters(demo.output())).toMatch(/✔ concert-programme {2}━{20} +\d+\.\d s {2}done: 2 pages/);
});
