import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Report } from '../../suite.ts';
import { comparisonPage, withResults } from './comparison-page.ts';

const page = readFileSync(comparisonPage, 'utf8');
const report = JSON.parse(readFileSync(new URL('../../results/peers.json', import.meta.url), 'utf8')) as Report;

/** The report with another figure. */
const withValue = (id: string, value: number): Report => ({
  ...report,
  rows: report.rows.map((row) => (row.id === id ? { id, value, unit: row.unit, samples: row.samples } : row)),
});

test('the tables of the page are those of the results', () => {
  expect(withResults(page, report)).toBe(page);
});

test('another figure makes another page, and nothing else of it', () => {
  const other = withResults(page, withValue('queue-pg-boss-jobs-per-s', 98_765_432));
  expect(other).toContain('**98765432**');
  expect(withResults(other, report)).toBe(page);
});

test('where others are better the page says so, and where nobody is, too', () => {
  const slow = withResults(page, withValue('render-ours-s', 1_000_000));
  expect(slow).toMatch(/^Better than ours: .*a shell loop, two at a time, seconds: \d+ times/m);
  const rows = report.rows.map((row) => (/^render-ours-(s|peak-mib)$/.test(row.id) ? { ...row, value: 0 } : row));
  const best = { ...report, rows };
  expect(withResults(page, best)).toContain('Better than ours: none of them in any of these figures.');
});

test('a job that was not taken up in time is late, and one of a queue that has nothing left is lost', () => {
  const id = 'queue-killed-begun-pg-boss';
  const others = report.rows.filter((row) => !row.id.startsWith(`${id}-`));
  const row = (suffix: string, value: number) => ({ id: `${id}-${suffix}`, value, unit: 'jobs', samples: 1 });
  const seen = [row('halted', 4), row('taken', 0), row('repeated', 0)];
  expect(withResults(page, { ...report, rows: [...others, ...seen, row('late', 4)] })).toContain(
    '0 of 4 begun again within 90 s; not done in that time: 4',
  );
  expect(withResults(page, { ...report, rows: [...others, ...seen, row('lost', 4)] })).toContain(
    '0 of 4 begun again within 90 s; **4 never done**',
  );
});

test('results without a figure of the page, and a page without a place for the tables, are refused', () => {
  expect(() => withResults(page, { ...report, rows: report.rows.slice(1) })).toThrow(report.rows[0]?.id ?? '');
  expect(() => withResults('# Nothing', report)).toThrow('The page has no place for');
});
