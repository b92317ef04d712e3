import { expect, it } from 'vitest';
import { SharedFindings } from './shared-findings.ts';

const overset = {
  check: 'overset-text',
  severity: 'error',
  message: 'It is too long.',
  object: 'Text4',
  page: 1,
} as const;

it('says which records share a finding, each once, by their numbers', () => {
  const shared = new SharedFindings();
  shared.add({ first: 203 }, [overset, { ...overset, message: 'In the other column too.' }]);
  shared.add({ first: 17 }, [overset]);
  shared.add({ first: 18 }, [{ ...overset, object: 'Text5' }]);

  expect(shared.list()).toEqual([
    { check: 'overset-text', object: 'Text4', page: 1, records: [17, 203], documents: 2 },
    { check: 'overset-text', object: 'Text5', page: 1, records: [18], documents: 1 },
  ]);
});

it('names a thousand records, and counts the others', () => {
  const shared = new SharedFindings();
  for (let first = 1; first <= 1_001; first += 1) shared.add({ first }, [overset, overset]);

  const [finding] = shared.list();
  expect([finding?.records.length, finding?.documents]).toEqual([1_000, 1_001]);
});
