import { expect, test } from 'vitest';
import { countRecords } from './count-records.ts';

const job = { status: 'running', progress: undefined, error: undefined } as const;
const progress = { stage: 'exporting', recordsDone: 4, recordsFailed: 1, recordsTotal: 9 };
const counts = { rendered: 4, failed: 1, total: 9 };

test('a merge that goes on is counted by its progress', () => {
  expect(countRecords({ ...job, progress }, [])).toEqual(counts);
});

test('a merge that has ended is counted by what its end says', () => {
  const records = { rendered: 8, failed: 1, total: 9 };
  const completed = [{ data: progress }, { data: { records } }];
  expect(countRecords({ ...job, status: 'completed' }, completed)).toEqual(records);
  const error = { code: 'RECORDS_FAILED', message: '', details: { rendered: 7, failed: 2, records: [3, 4] } };
  expect(countRecords({ ...job, status: 'failed', error }, [{ data: progress }])).toEqual({
    rendered: 7,
    failed: 2,
    total: 9,
  });
});

test('a merge that was stopped is counted by the last progress that it told', () => {
  const events = [{ data: { ...progress, recordsDone: 2 } }, { data: progress }, { data: { stage: 'opening' } }];
  expect(countRecords({ ...job, status: 'cancelled' }, events)).toEqual(counts);
});

test('what says nothing of records gives no counts', () => {
  const events = [{ data: { stage: 'exporting', pagesDone: 3 } }, { data: { records: 'all' } }, { data: {} }];
  expect(countRecords({ ...job, progress: { stage: 'opening' } }, events)).toBeUndefined();
});
