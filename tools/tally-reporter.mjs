// A vitest reporter that leaves the tally of the run in the file named by PUBPIPE_TALLY_FILE.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { countModules } from './tally.mjs';

export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    writeFileSync(process.env.PUBPIPE_TALLY_FILE, JSON.stringify(countModules(modules, unhandledErrors)));
  }
}
