import { expect, test } from 'vitest';
import { toRows } from './report-rows.ts';
import { runCrash } from './run-crash.ts';
import { steps } from './steps/steps.ts';

test('nothing is lost, done twice, wrong or left behind when everything is killed', async () => {
  const result = await runCrash(
    {
      jobs: 100,
      kills: 20,
      seed: 1,
      stores: ['fs', 's3'],
      steps: 'shared',
      renderer: 'stub',
      workers: 2,
      logDirectory: undefined,
    },
    console.log,
  );
  const { lost, completedTwice, wrong, broken } = result;
  expect({ lost, completedTwice, wrong, broken }).toEqual({
    lost: [],
    completedTwice: [],
    wrong: [],
    broken: [],
  });
  const kills = [...result.kills.values()].reduce((sum, count) => sum + count, 0);
  expect(kills).toBeGreaterThan(Object.keys(steps).length);
  expect(toRows(result).filter(({ goal, value }) => goal !== undefined && value > goal)).toEqual([]);
  expect(result.completed).toBe(result.submitted);
  expect(result.submitted).toBeGreaterThanOrEqual(100);
}, 900_000);
