import { expect, test } from 'vitest';
import { formatResultsTable } from './results-table.ts';

test('names are to the left and numbers to the right, as wide as the widest', () => {
  const table = formatResultsTable([
    {
      name: 'card-collection',
      status: 'completed',
      pageCount: 1,
      pdfBytes: 1_643_210,
      processingMs: 5_149,
      attempts: 1,
    },
    { name: 'book', status: 'completed', pageCount: 23, pdfBytes: 98_304, processingMs: 12_000, attempts: 2 },
  ]);
  expect(table).toBe(
    [
      'Document         Pages  PDF bytes  Seconds  Attempts',
      '───────────────  ─────  ─────────  ───────  ────────',
      'card-collection      1  1,643,210      5.1         1',
      'book                23     98,304     12.0         2',
    ].join('\n'),
  );
});

test('a document that failed has dashes for what it did not come to have', () => {
  const table = formatResultsTable([{ name: 'menu', status: 'failed', processingMs: 312, attempts: 3 }]);
  expect(table.split('\n').at(-1)).toBe('menu          –          –      0.3         3');
});
