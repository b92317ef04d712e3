import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { placeDocument } from './input-directory.ts';
import { UsageError } from './usage-error.ts';

let directory: string;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'input-directory-')));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'job/docs'), { recursive: true });
  symlinkSync(join(directory, 'job'), join(directory, 'link'));
});

it('is the directory of the document unless another is named', () => {
  expect(placeDocument('/srv/docs/flyer.sla', undefined)).toEqual({ inputDirectory: '/srv/docs', name: 'flyer.sla' });
});

it.each(['job', 'link', 'job/'])('finds the document inside of %s', (inputDirectory) => {
  for (const document of ['job/docs/flyer.sla', 'link/docs/flyer.sla']) {
    expect(placeDocument(join(directory, document), join(directory, inputDirectory))).toEqual({
      inputDirectory: join(directory, 'job'),
      name: 'docs/flyer.sla',
    });
  }
});

it.each([
  ['flyer.sla', 'job'],
  ['job/docs/flyer.sla', 'no-such-directory'],
  ['job/docs/flyer.sla', 'job/docs/flyer.sla'],
])('refuses %s with %s', (document, inputDirectory) => {
  expect(() => placeDocument(join(directory, document), join(directory, inputDirectory))).toThrow(UsageError);
});
