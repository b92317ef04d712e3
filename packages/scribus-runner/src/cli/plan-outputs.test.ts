import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type OutputTargets, planOutputs } from './plan-outputs.ts';
import { UsageError } from './usage-error.ts';

const nowhere = {
  pdf: undefined,
  png: undefined,
  jpeg: undefined,
  preflight: undefined,
  inputDirectory: undefined,
  optionsFile: undefined,
};
const planFor = (documents: readonly string[], targets: Partial<OutputTargets>) =>
  planOutputs({ ...nowhere, documents, ...targets });
const plan = (documents: readonly string[], pdf?: string, png?: string) => planFor(documents, { pdf, png });
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

it('takes --preflight for a file with one document, and for a directory with several', () => {
  const reportsOf = (documents: readonly string[], preflight: string) =>
    planFor(documents, { preflight }).map((planned) => planned.preflight);

  expect(reportsOf(['flyer.sla'], 'report.json')).toEqual([resolve('report.json')]);
  expect(reportsOf(['flyer.sla'], '-')).toEqual([undefined]);
  expect(reportsOf(['flyer.sla', 'card.zip'], 'out')).toEqual([
    resolve('out/flyer.preflight.json'),
    resolve('out/card.preflight.json'),
  ]);
});

it('keeps PNG and JPEG of the same directory apart', () => {
  expect(planFor(['flyer.sla'], { png: 'pages', jpeg: 'pages' })).toMatchObject([
    { pdf: undefined, png: { ending: '.png' }, jpeg: { directory: resolve('pages'), ending: '.jpg' } },
  ]);
});

it('makes no PDF when only page images are asked for', () => {
  expect(plan(['a/flyer.sla'], undefined, 'pages')).toMatchObject([
    { pdf: undefined, png: { directory: resolve('pages'), prefix: 'flyer-page-' } },
  ]);
});

it.each([
  { documents: ['a/flyer.sla', 'b/flyer.sla'], pdf: 'out' },
  { documents: ['a/flyer.sla', 'b/flyer.sla'], png: 'out' },
  { documents: ['a/flyer.sla', 'b/flyer.sla'], jpeg: 'out' },
  { documents: ['a/flyer.sla', 'b/flyer.sla'], preflight: 'out' },
  { documents: ['flyer.sla', 'flyer.sla.gz'] },
  { documents: ['flyer.sla', 'flyer.zip'] },
  { documents: ['flyer.sla'], pdf: 'out/x', preflight: 'out/../out/x' },
])('refuses outputs that would be the same file: %o', ({ documents, ...targets }) => {
  expect(() => planFor(documents, targets)).toThrow(/would write the same file/);
});

it.each(['a/flyer.sla', 'new.SLA', 'new.scd', 'new.sla.gz', 'new.zip', '/dev/null'])(
  'refuses to write a PDF to %s',
  (pdf) => {
    expect(() => plan(['a/flyer.sla'], pdf)).toThrow(UsageError);
  },
);

it('refuses to write to a document, under whatever name', () => {
  const directory = mkdtempSync(join(tmpdir(), 'plan-outputs-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [document, link, other] = ['flyer', 'link.pdf', 'other.pdf'].map((name) => join(directory, name));
  for (const path of [document, other]) writeFileSync(path ?? '', '');
  symlinkSync(document ?? '', link ?? '');

  expect(() => plan([document ?? ''], document)).toThrow(UsageError);
  expect(() => plan([document ?? ''], link)).toThrow(UsageError);
  expect(() => planFor([document ?? ''], { preflight: link })).toThrow(UsageError);
  expect(() => planFor([document ?? ''], { preflight: other, optionsFile: other })).toThrow(UsageError);
  expect(pdfsOf(plan([document ?? ''], other))).toEqual([other]);
});

it.each([
  ['a name that is too long', 'x'.repeat(5000)],
  ['no directory for page images', '/dev/null'],
])('refuses %s as wrong usage', (_, path) => {
  expect(() => plan(['flyer.sla'], undefined, path)).toThrow(UsageError);
});
