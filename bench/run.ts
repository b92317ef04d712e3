// `npm run bench -- <suite>`: measures one suite, prints it as a table and keeps it in bench/results.
// The exit code says whether every goal was reached.
import { readdirSync } from 'node:fs';
import { createReport, formatTable, isGoalReached, writeReport } from './report.ts';
import type { BenchSuite } from './suite.ts';

const suites = readdirSync(new URL('./suites/', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

const [name] = process.argv.slice(2);
if (name === undefined || !suites.includes(name)) {
  console.error(`Usage: npm run bench -- <suite>   Suites: ${suites.join(', ')}`);
  process.exit(1);
}

const { suite } = (await import(`./suites/${name}.ts`)) as { readonly suite: BenchSuite };
const report = createReport(suite.name, await suite.run());
console.log(`${formatTable(report)}\n\nWritten to ${writeReport(report)}`);
if (suite.publish !== undefined) console.log(`Written into ${suite.publish(report)}`);
process.exitCode = report.rows.every(isGoalReached) ? 0 : 1;
