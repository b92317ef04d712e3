// `npm test`: all tests, or those that vitest's arguments select (`npm test -- packages/core`).
// Its last line is the tally, also where vitest could not run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ensureSystemPackages, purposes, purposesOfServices } from './system-packages.mjs';
import { formatTally, readTally } from './tally.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pubpipe-test-'));
const tallyFile = join(folder, 'tally.json');
try {
  const exitedWell = runVitest();
  const tally = readTally(tallyFile, { exitedWell });
  console.log(formatTally(tally));
  process.exitCode = tally.failed > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function runVitest() {
  // A service that is missing fails the tests that need it, and no others.
  const services = purposesOfServices(process.env).flatMap((purpose) => purposes[purpose]);
  const all = [...purposes.render, ...purposes.join, ...purposes.guide, ...services];
  if (!isInstalled(all) && !isInstalled(purposes.render)) return false;
  const reporters = ['--reporter=default', '--reporter=./tools/tally-reporter.mjs'];
  const { status } = spawnSync('vitest', ['run', ...reporters, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, PUBPIPE_TALLY_FILE: tallyFile },
  });
  return status === 0;
}

function isInstalled(packages) {
  try {
    ensureSystemPackages(packages);
    return true;
  } catch (error) {
    console.error(error.message);
    return false;
  }
}
