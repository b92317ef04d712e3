import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { countModules, formatTally, readTally } from './tally.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pubpipe-tally-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const testIn = (state) => ({ result: () => ({ state }) });
const group = (errors = []) => ({ errors: () => errors });
const module = ({ states = [], errors = [], suites = [] }) => ({
  ...group(errors),
  children: { allSuites: () => suites, allTests: () => states.map(testIn) },
});
const fileWith = (text) => {
  const file = join(folder, `${Math.random()}.json`);
  writeFileSync(file, text);
  return file;
};

test('tests are counted by how they ended, and one that never ended has failed', () => {
  const modules = [module({ states: ['passed', 'failed'] }), module({ states: ['passed', 'skipped', 'pending'] })];
  expect(countModules(modules, [])).toEqual({ passed: 2, failed: 2, skipped: 1 });
});

test('a file that cannot be loaded, a failed suite hook and an uncaught error are one failure each', () => {
  const modules = [module({ errors: ['no such import'] }), module({ states: ['passed'], suites: [group(['hook'])] })];
  expect(countModules(modules, ['uncaught'])).toEqual({ passed: 1, failed: 3, skipped: 0 });
});

test('a run that left no tally, or half of one, is a failure', () => {
  expect(readTally(join(folder, 'absent.json'), { exitedWell: false })).toMatchObject({ passed: 0, failed: 1 });
  expect(readTally(fileWith('{"passed":'), { exitedWell: true })).toMatchObject({ passed: 0, failed: 1 });
});

test('a run without a single passed test is a failure', () => {
  expect(readTally(fileWith('{"passed":0,"failed":0,"skipped":3}'), { exitedWell: true }).failed).toBe(1);
});

test('a run that passed every test and yet ended badly is a failure', () => {
  expect(readTally(fileWith('{"passed":3,"failed":0,"skipped":0}'), { exitedWell: false }).failed).toBe(1);
});

test('the closing line names skipped tests only where there are some', () => {
  expect(formatTally({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
  expect(formatTally({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
});
