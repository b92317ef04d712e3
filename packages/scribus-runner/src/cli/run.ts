import { isPubpipeError, type PubpipeError, type Renderer, toPubpipeError } from '@pubpipe/core';
import { createScribusRenderer } from '../scribus-renderer.ts';
import { OutputFailure } from './output-failure.ts';
import { type CommandLine, parseArguments, UsageError } from './parse-arguments.ts';
import { type PlannedDocument, planOutputs } from './plan-outputs.ts';
import { renderDocument } from './render-document.ts';
import { createJsonReporter, createTextReporter, type Reporter, type Screen } from './reporter.ts';
import { usage } from './usage.ts';

/** What the command runs in. */
export interface Surroundings {
  readonly args: readonly string[];
  readonly stdout: Screen;
  readonly stderr: Screen;
  /** Version of this package. */
  readonly version: string;
  /** Interrupts the command. */
  readonly signal: AbortSignal;
}

/** Exit codes of the command, as `--help` explains them. */
const exitCodes = { ok: 0, failed: 1, usage: 2, unavailable: 3 } as const;

/** Runs the command and resolves with its exit code, when nothing of it is running any more. */
export async function run({ args, stdout, stderr, version, signal }: Surroundings): Promise<number> {
  try {
    const commandLine = parseArguments(args);
    if (commandLine.help || commandLine.version) {
      stdout.write(commandLine.help ? usage : `${version}\n`);
      return exitCodes.ok;
    }
    const reporter = commandLine.json ? createJsonReporter(stdout) : createTextReporter(stdout, stderr);
    return await renderAll(commandLine, reporter, signal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`pubpipe-render: ${error.message}\nTry: pubpipe-render --help\n`);
    return exitCodes.usage;
  }
}

async function renderAll(commandLine: CommandLine, reporter: Reporter, signal: AbortSignal): Promise<number> {
  const documents = planOutputs(commandLine);
  const renderer = openRenderer(commandLine);
  // One document per place of the renderer: the others have no open files and no directories yet.
  const line = documents.values();
  const errors: PubpipeError[] = [];
  const isUnavailable = () => errors.some(({ code }) => code === 'RENDERER_UNAVAILABLE');
  let rendered = 0;
  const work = async (): Promise<void> => {
    for (const document of line) {
      const error = await renderOne(renderer, document, { commandLine, reporter, signal });
      if (error === undefined) rendered += 1;
      else errors.push(error);
      // No other document would fare better.
      if (signal.aborted || isUnavailable()) return;
    }
  };
  try {
    await Promise.all(Array.from({ length: renderer.slots }, work));
  } finally {
    await renderer.close();
  }
  if ((signal.aborted && !(signal.reason instanceof OutputFailure)) || isUnavailable()) {
    reporter.stopped({ rendered, notRendered: documents.length - rendered });
  }
  if (isUnavailable()) return exitCodes.unavailable;
  return errors.length === 0 ? exitCodes.ok : exitCodes.failed;
}

async function renderOne(
  renderer: Renderer,
  document: PlannedDocument,
  { commandLine, reporter, signal }: { commandLine: CommandLine; reporter: Reporter; signal: AbortSignal },
): Promise<PubpipeError | undefined> {
  try {
    const onProgress = (progress: Parameters<Reporter['progress']>[1]) => reporter.progress(document, progress);
    reporter.rendered(document, await renderDocument(renderer, document, { ...commandLine, signal, onProgress }));
    return undefined;
  } catch (thrown) {
    // Each document fails for itself; the others go on.
    const error = toPubpipeError(thrown, 'INTERNAL', `Unexpected: ${String(thrown)}`);
    if (signal.reason instanceof OutputFailure) return error;
    reporter.failed(document, error);
    return error;
  }
}

function openRenderer({ scribus, jobs }: CommandLine): Renderer {
  try {
    return createScribusRenderer({ scribus, slots: jobs });
  } catch (error) {
    throw isPubpipeError(error) ? new UsageError(error.message, { cause: error }) : error;
  }
}
