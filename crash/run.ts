// `npm run crash`: kills everything again and again while jobs go through the whole system, prints what has
// become of them and keeps it in bench/results. The exit code says whether nothing was lost.
import { createReport, formatTable, isGoalReached, writeReport } from '../bench/report.ts';
import { type CrashOptions, parseCrashOptions, usage } from './crash-options.ts';
import { toRows } from './report-rows.ts';
import { runCrash } from './run-crash.ts';

const options = readOptions();
const startedAt = performance.now();
const say = (what: string) =>
  console.log(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(7)} s  ${what}`);
// Every wait has a bound; this one is for what nobody has thought of. What was started ends with this process.
const watchdog = setTimeout(
  () => {
    console.error('The crash test has not ended in time.');
    process.exit(1);
  },
  1_000_000 + 10_000 * options.kills + 2_000 * options.jobs,
);
const result = await runCrash(options, say);
clearTimeout(watchdog);
for (const what of [...result.lost, ...result.completedTwice, ...result.wrong, ...result.broken].slice(0, 50))
  console.log(what);
const report = createReport('crash', [...toRows(result)]);
console.log(`\n${formatTable(report)}\nSeed ${options.seed}, ${report.date}\n\nWritten to ${writeReport(report)}`);
process.exitCode = report.rows.every(isGoalReached) ? 0 : 1;

function readOptions(): CrashOptions {
  try {
    return parseCrashOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(usage);
    return process.exit(1);
  }
}
