// `npm run load -- api`: sends requests to the API at a steady rate, prints how long they took and keeps it in
// bench/results. The exit code says whether every goal was reached.
import { createReport, formatTable, isGoalReached, writeReport } from '../bench/report.ts';
import { isWhole, type LoadOptions, parseLoadOptions, usage } from './load-options.ts';
import { stubRenderMs, stubSlots } from './programs/setups.ts';
import { runLoad } from './run-load.ts';

const options = readOptions();
const report = createReport('api', await runLoad(options, (what) => console.log(`measuring: ${what} …`)));
console.log(`
${options.ratePerSecond} requests/s for ${options.seconds} s, of five one POST /jobs, three GET /jobs/{id} and one GET /jobs (the last 50), timed from the
moment when each was due; jobs rendered by a stub that takes ${stubRenderMs} ms, ${stubSlots} at once. Queue wait and small jobs: real Scribus.

${formatTable(report)}
`);
console.log(isWhole(options) ? `Written to ${writeReport(report)}` : 'Not written: the goals are about the whole run.');
process.exitCode = report.rows.every(isGoalReached) ? 0 : 1;

function readOptions(): LoadOptions {
  try {
    return parseLoadOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(usage);
    return process.exit(1);
  }
}
