import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { UsageError } from './parse-arguments.ts';
import { planOutputs } from './plan-outputs.ts';

const plan = (documents: readonly string[], pdf?: string, png?: string) => planOutputs({ documents, pdf, png });
const pdfsOf = (planned: ReturnType<typeof plan>) => planned.map(({ pdf }) => pdf);

it('puts a PDF beside each document when nothing else is asked for', () => {
  expect(pdfsOf(plan(['a/flyer.sla', 'b/card.sla.gz']))).toEqual([resolve('a/flyer.pdf'), resolve('b/card.pdf')]);
});

it('takes --pdf for a file with one document, and for a directory with several', () => {
  expect(pdfsOf(plan(['flyer.sla'], 'out'))).toEqual([resolve('out')]);
  expect(pdfsOf(plan(['flyer.sla', 'card.SLA'], 'out'))).toEqual([resolve('out/flyer.pdf'), resolve('out/card.pdf')]);
});

it('takes --pdf for a directory when it is one, or ends like one', () => {
  expect(pdfsOf(plan(['flyer.sla'], tmpdir()))).toEqual([join(tmpdir(), 'flyer.pdf')]);
  expect(pdfsOf(plan(['flyer.sla'], 'new/'))).toEqual([resolve('new/flyer.pdf')]);
});

it('makes no PDF when only page images are asked for', () => {
  expect(plan(['a/flyer.sla'], undefined, 'pages')).toMatchObject([
    { pdf: undefined, png: { directory: resolve('pages'), prefix: 'flyer-page-' } },
  ]);
});

it.each([
  { documents: ['a/flyer.sla', 'b/flyer.sla'], pdf: 'out', png: undefined },
  { documents: ['a/flyer.sla', 'b/flyer.sla'], pdf: undefined, png: 'out' },
  { documents: ['flyer.sla', 'flyer.sla.gz'], pdf: undefined, png: undefined },
])('refuses documents that would write the same file: $documents', ({ documents, pdf, png }) => {
  expect(() => plan(documents, pdf, png)).toThrow(UsageError);
});

it.each(['a/flyer.sla', 'new.SLA', 'new.scd', 'new.sla.gz', '/dev/null'])('refuses to write a PDF to %s', (pdf) => {
  expect(() => plan(['a/flyer.sla'], pdf)).toThrow(UsageError);
});

it('refuses to write to a document, under whatever name', () => {
  const directory = mkdtempSync(join(tmpdir(), 'plan-outputs-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [document, link, other] = ['flyer', 'link.pdf', 'other.pdf'].map((name) => join(directory, name));
  for (const path of [document, other]) writeFileSync(path ?? '', '');
  symlinkSync(document ?? '', link ?? '');

  expect(() => plan([document ?? ''], document)).toThrow(UsageError);
  expect(() => plan([document ?? ''], link)).toThrow(UsageError);
  expect(pdfsOf(plan([document ?? ''], other))).toEqual([other]);
});

it.each([
  ['a name that is too long', 'x'.repeat(5000)],
  ['no directory for page images', '/dev/null'],
])('refuses %s as wrong usage', (_, path) => {
  expect(() => plan(['flyer.sla'], undefined, path)).toThrow(UsageError);
});
