import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const businessCard = '/usr/share/scribus/templates/buscard9/buscard9.sla.gz';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pubpipe-embedded-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the example as a process of its own, in a folder of its own. */
function runExample(...args: string[]): string {
  const command = ['--conditions=@pubpipe/source', main, ...args];
  return execFileSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
}

/** The beginning of each file that the example has written, by name. */
function readOutputs(): Record<string, string> {
  const output = join(folder, 'output');
  const names = readdirSync(output).filter((name) => name !== 'state');
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(output, name), 'latin1').slice(0, 4)]));
}

const pdf = '%PDF';
const png = '\u0089PNG';

test("the project's own document becomes a PDF and an image of each page, with its own fonts", () => {
  expect(runExample()).toMatch(/^\d+ completed/m);
  expect(readOutputs()).toEqual({ 'document.pdf': pdf, 'page-0001.png': png, 'page-0002.png': png });
  const fonts = execFileSync('pdffonts', [join(folder, 'output', 'document.pdf')], { encoding: 'utf8' });
  expect(fonts).toContain('LeagueSpartan-Bold');
});

test('a document given on the command line is rendered', () => {
  runExample(businessCard, 'output');
  expect(readOutputs()).toEqual({ 'document.pdf': pdf, 'page-0001.png': png });
});
