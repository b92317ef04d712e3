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

test("it is the README's program, word for word, and shorter than 60 lines", () => {
  const program = readFileSync(main, 'utf8');
  expect(readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8')).toContain(program);
  expect(program.split('\n').length).toBeLessThan(60);
});

test('a document that is named becomes a PDF and an image of each page', () => {
  execFileSync(process.execPath, ['--conditions=@pubpipe/source', main, businessCard], { cwd: folder });

  const names = readdirSync(folder).filter((name) => name !== 'state');
  const outputs = names.map((name) => [name, readFileSync(join(folder, name), 'latin1').slice(0, 4)]);
  expect(Object.fromEntries(outputs)).toEqual({ 'document.pdf': '%PDF', 'page-0001.png': '\u0089PNG' });
});
