import { readFileSync } from 'node:fs';

/**
 * Counts a vitest run. What went wrong outside a test counts as a failure of its own: a file that
 * cannot be loaded, a hook of a suite that throws, an error that no test caught.
 */
export function countModules(modules, unhandledErrors) {
  const tally = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  for (const module of modules) {
    const groups = [module, ...module.children.allSuites()];
    tally.failed += groups.filter((group) => group.errors().length > 0).length;
    for (const test of module.children.allTests()) tally[outcomeOf(test)] += 1;
  }
  return tally;
}

/** A test that never came to an end, because its process died, has not passed. */
function outcomeOf(test) {
  const { state } = test.result();
  return state === 'passed' || state === 'skipped' ? state : 'failed';
}

/** The tally that the reporter wrote. A run that ended badly, left none or ran no test has at least one failure. */
export function readTally(file, { exitedWell }) {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  try {
    Object.assign(tally, JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // vitest ended before it could report: that is the failure counted below.
  }
  const ranWell = exitedWell && tally.passed > 0;
  return ranWell || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}

/** The line that people and continuous integration look for. */
export function formatTally({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
