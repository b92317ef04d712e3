import { expect, test } from 'vitest';
import { findSbomMistakes } from './sbom-mistakes.mjs';

const zod = { 'bom-ref': 'zod', name: 'zod', version: '4.0.0', licenses: [{ license: { id: 'MIT' } }] };
const core = {
  'bom-ref': 'core',
  group: '@pubpipe',
  name: 'core',
  version: '1.0.0',
  licenses: [{ license: { id: 'MIT' } }],
};
const bill = {
  metadata: { component: { group: '@pubpipe', name: 'x', version: '1.0.0' } },
  components: [zod, core],
  dependencies: [{ ref: 'zod' }, { ref: 'core' }],
};
const x = { name: '@pubpipe/x', version: '1.0.0', installed: ['zod@4.0.0', '@pubpipe/core'] };

test('a bill that names all that is installed, with licences, is right', () => {
  expect(findSbomMistakes(bill, x)).toEqual([]);
});

test.each([
  [bill, { ...x, installed: ['zod@4.0.1'] }, 'zod@4.0.1 is missing'],
  [bill, { ...x, version: '1.0.1' }, 'it is of @pubpipe/x@1.0.0'],
  [{ ...bill, components: [{ ...zod, licenses: undefined }, core] }, x, 'zod has no licence'],
  [{ ...bill, dependencies: [{ ref: 'zod' }] }, x, 'nothing is said of what @pubpipe/core depends on'],
])('what is missing or wrong is told', (wrong, expected, mistake) => {
  expect(findSbomMistakes(wrong, expected)).toEqual([mistake]);
});
