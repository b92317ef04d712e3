// Starts the service with servers of its own, for as long as it runs: `npm run service`.
import process from 'node:process';
import { parseRunOptions, usage } from './run-options.ts';
import { runService } from './run-service.ts';

try {
  const options = parseRunOptions(process.argv.slice(2));
  if (options === undefined) console.log(usage);
  else process.exitCode = await runService(options);
} catch (error) {
  console.error(`service: ${(error as Error).message}`);
  process.exitCode = 1;
}
