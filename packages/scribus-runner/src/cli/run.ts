import { resolve } from 'node:path';
import { isPubpipeError, type Renderer } from '@pubpipe/core';
import { createScribusRenderer } from '../scribus-renderer.ts';
import { exitCodes, toExitCode } from './exit-codes.ts';
import { createJsonReporter } from './json-reporter.ts';
import { needDirectory } from './output-target.ts';
import { type CommandLine, parseArguments } from './parse-arguments.ts';
import { planOutputs } from './plan-outputs.ts';
import { ProgressBars } from './progress-bars.ts';
import { renderAll } from './render-all.ts';
import { toRenditionRequests } from './rendition-requests.ts';
import type { Screen } from './screen.ts';
import { createTextReporter } from './text-reporter.ts';
import { usage } from './usage.ts';
import { UsageError } from './usage-error.ts';

/** What the command runs in. */
export interface Surroundings {
  readonly args: readonly string[];
  readonly stdout: Screen;
  readonly stderr: Screen;
  /** Whether progress bars may be drawn on `stderr`. */
  readonly live: boolean;
  /** Version of this package. */
  readonly version: string;
  /** Interrupts the command. */
  readonly signal: AbortSignal;
}

/** Runs the command and resolves with its exit code, when nothing of it is running any more. */
export async function run(surroundings: Surroundings): Promise<number> {
  const { args, stdout, stderr, version } = surroundings;
  try {
    const commandLine = parseArguments(args);
    if (commandLine.help || commandLine.version) {
      stdout.write(commandLine.help ? usage : `${version}\n`);
      return exitCodes.ok;
    }
    return await render(commandLine, surroundings);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`pubpipe-render: ${error.message}\nTry: pubpipe-render --help\n`);
    return exitCodes.usage;
  }
}

async function render(commandLine: CommandLine, { stdout, stderr, live, signal }: Surroundings): Promise<number> {
  const { timeoutMs, failOn, pages, json, preflight } = commandLine;
  const renditions = toRenditionRequests(commandLine);
  const documents = planOutputs(commandLine);
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

function openRenderer(commandLine: CommandLine): Renderer {
  const { scribus, jobs, sandbox, fontDirectories, profileDirectories } = commandLine;
  for (const directory of fontDirectories) needDirectory('--font-directory', directory);
  for (const directory of profileDirectories) needDirectory('--profile-directory', directory);
  try {
    return createScribusRenderer({
      scribus,
      slots: jobs,
      sandbox,
      fontDirectories: fontDirectories.map((directory) => resolve(directory)),
      profileDirectories: profileDirectories.map((directory) => resolve(directory)),
    });
  } catch (error) {
    throw isPubpipeError(error) ? new UsageError(error.message, { cause: error }) : error;
  }
}
