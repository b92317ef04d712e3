import { expect, test } from 'vitest';
import { planJobs, planMerge } from './plan-jobs.ts';

const plan = (...paths: string[]) => {
  const planned = planJobs(paths.map((path) => ({ path })));
  if ('refusal' in planned) return planned.refusal;
  return planned.jobs.map(({ document, assets }) => [document.path, ...assets.map(({ path }) => path)]);
};

test('a folder is a document and what lies beside it, by their paths within the folder', () => {
  expect(plan('Flyer/flyer.sla', 'Flyer/images/lake.png', 'Flyer/fonts/a.otf')).toEqual([
    ['flyer.sla', 'images/lake.png', 'fonts/a.otf'],
  ]);
});

test('a document in a folder of its own keeps its place among the others', () => {
  expect(plan('Flyer/layout/flyer.sla.gz', 'Flyer/images/lake.png')).toEqual([
    ['layout/flyer.sla.gz', 'images/lake.png'],
  ]);
});

test('each of several documents is a job that has the other files', () => {
  expect(plan('a.sla', 'b.SLA', 'logo.png')).toEqual([
    ['a.sla', 'logo.png'],
    ['b.SLA', 'logo.png'],
  ]);
});

test('a zip is a job by itself', () => {
  expect(plan('Orders/one.zip', 'Orders/two.zip')).toEqual([['one.zip'], ['two.zip']]);
});

test('what systems leave beside files is left out', () => {
  const litter = ['F/.DS_Store', 'F/__MACOSX/._a.sla', 'F/images/Thumbs.db', 'F/a.sla.autosave', 'F/.git/config'];
  expect(plan('F/a.sla', ...litter)).toEqual([['a.sla']]);
});

test('files without a document are refused, and so are files that a zip does not hold', () => {
  expect(plan('logo.png')).toMatch(/no Scribus document/);
  expect(plan('a.zip', 'logo.png')).toMatch(/belong to none/);
});

const planned = (...paths: string[]) => planMerge(paths.map((path) => ({ path })));

test('a merge has a template, its records and what lies beside them', () => {
  expect(planned('Cards/card.sla', 'Cards/people.csv', 'Cards/images/red.png')).toEqual({
    jobs: [{ document: { path: 'card.sla' }, data: { path: 'people.csv' }, assets: [{ path: 'images/red.png' }] }],
  });
});

test('a merge without records, or with more than one document or file of them, is refused', () => {
  for (const paths of [
    ['a.sla'],
    ['a.csv'],
    ['a.sla', 'a.csv', 'b.json'],
    ['a.sla', 'b.sla', 'a.csv'],
    ['a.zip', 'a.csv'],
  ]) {
    expect(planned(...paths)).toEqual({ refusal: expect.stringContaining('one document and one file of records') });
  }
});
