import { exitCodes, toExitCode } from './exit-codes.ts';
import { createJsonReporter } from './json-reporter.ts';
import { runMerge } from './merge/run-merge.ts';
import { openRenderer } from './open-renderer.ts';
import { type CommandLine, parseArguments } from './parse-arguments.ts';
import { directoriesOf, planOutputs } from './plan-outputs.ts';
import { ProgressBars } from './progress-bars.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { renderAll } from './render-all.ts';
import { toRenditionRequests } from './rendition-requests.ts';
import type { Surroundings } from './surroundings.ts';
import { createTextReporter } from './text-reporter.ts';
import { usage } from './usage.ts';
import { UsageError } from './usage-error.ts';

/** Runs the command and resolves with its exit code, when nothing of it is running any more. */
export async function run(surroundings: Surroundings): Promise<number> {
  const { args, stdout, stderr, version } = surroundings;
  try {
    if (args[0] === 'merge') return await runMerge({ ...surroundings, args: args.slice(1) });
    const commandLine = parseArguments(args);
    if (commandLine.help || commandLine.version) {
      stdout.write(commandLine.help ? usage : `${version}\n`);
      return exitCodes.ok;
    }
    return await render(commandLine, surroundings);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const command = args[0] === 'merge' ? 'pubpipe-render merge' : 'pubpipe-render';
    stderr.write(`${command}: ${error.message}\nTry: ${command} --help\n`);
    return exitCodes.usage;
  }
}

async function render(commandLine: CommandLine, { stdout, stderr, live, signal }: Surroundings): Promise<number> {
  const { timeoutMs, failOn, pages, json, preflight } = commandLine;
  const renditions = await toRenditionRequests(commandLine);
  const documents = planOutputs(commandLine);
  await removeLeftovers(documents.flatMap(directoriesOf));
  const renderer = openRenderer(commandLine);
  const imageSets = renditions.filter(({ kind }) => kind !== 'pdf').length;
  const imagesOf = (pageCount: number) => imageSets * (pages?.length ?? pageCount);
  const bars = new ProgressBars({ stdout, stderr, live, total: documents.length, imagesOf });
  const reporter = json ? createJsonReporter(bars) : createTextReporter(bars, { printReport: preflight === '-' });
  const closeBars = () => bars.close();
  signal.addEventListener('abort', closeBars);
  try {
    const options = { renditions, timeoutMs, failOn, signal };
    const failures = await renderAll(documents, { renderer, reporter, bars, options });
    return toExitCode(failures);
  } finally {
    signal.removeEventListener('abort', closeBars);
    bars.close();
    await renderer.close();
  }
}
