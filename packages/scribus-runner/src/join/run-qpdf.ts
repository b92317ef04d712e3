import process from 'node:process';
import { PubpipeError } from '@pubpipe/core/driver';
import { hostEnvironment } from '../host-environment.ts';
import type { ProgramResult } from '../programs/program-result.ts';
import { runProgram } from '../programs/run-program.ts';
import { outputUnwritable } from '../staging-directory.ts';
import { mismatch } from '../truth-check/mismatch.ts';
import type { ResolvedPdfJoinerOptions } from './pdf-joiner-options.ts';

const maxOutputBytes = 256 * 1024;
const probeTimeoutMs = 10_000;
const maxLogLength = 1000;
// Of then are job files and updates as JSON: https://qpdf.readthedocs.io/en/stable/release-notes.html
const oldestVersion = 11;

/** What all runs of qpdf have in common. */
export interface QpdfControls {
  readonly options: ResolvedPdfJoinerOptions;
  readonly signal: AbortSignal;
}

/**
 * Checks that qpdf is there, and new enough.
 *
 * @throws PubpipeError `RENDERER_UNAVAILABLE` when it is not.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function probeQpdf({ options: { qpdf }, signal }: QpdfControls): Promise<void> {
  const bounds = { env: hostEnvironment(), timeoutMs: probeTimeoutMs, maxOutputBytes, signal };
  const { startError, failure, stdout } = await runProgram([...qpdf, '--version'], bounds);
  const [, version] = /^qpdf version (\d+)\./m.exec(stdout) ?? [];
  if (startError !== undefined) throw unavailable(qpdf[0], "can't be started", startError);
  if (failure !== undefined) throw unavailable(qpdf[0], `ended badly: ${failure}`);
  if (Number(version) >= oldestVersion) return;
  throw unavailable(qpdf[0], `is of version ${version ?? 'unknown'}, and has to be of ${oldestVersion} or newer`);
}

/**
 * Runs qpdf with a job file, which has no trouble with any name of a file.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it complains about a part.
 * @throws PubpipeError `OUTPUT_UNWRITABLE` when the disk refuses the file.
 * @throws PubpipeError `RENDER_LIMIT` when it needs more than it may.
 * @throws PubpipeError `RENDERER_UNAVAILABLE` when it can't be started, or somebody killed it.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function runQpdf(jobFile: string, { options, signal }: QpdfControls): Promise<void> {
  const { qpdf, timeoutMs } = options;
  const command = limited([...qpdf, `--job-json-file=${jobFile}`], options);
  const result = await runProgram(command, { env: hostEnvironment(), timeoutMs, maxOutputBytes, signal });
  if (result.startError !== undefined) throw unavailable(command[0], "can't be started", result.startError);
  if (result.failure !== undefined) throw toError(result, options);
}

/** A command whose memory, and the length of whose files, are bounded. */
function limited(
  command: readonly [string, ...string[]],
  { maxBytes, maxMemoryBytes }: ResolvedPdfJoinerOptions,
): readonly [string, ...string[]] {
  if (process.platform !== 'linux') return command;
  return ['prlimit', `--as=${maxMemoryBytes}`, `--fsize=${maxBytes}`, '--', ...command];
}

function toError({ failure, stderr, killed }: ProgramResult, options: ResolvedPdfJoinerOptions): PubpipeError {
  const details = { log: stderr.slice(0, maxLogLength) };
  if (/SIGXFSZ/.test(failure ?? '') || /File too large/.test(stderr)) {
    const sentence = `The joined PDF has more than ${options.maxBytes} bytes.`;
    return new PubpipeError('RENDER_LIMIT', sentence, { details: { ...details, limit: 'maxBytes' } });
  }
  if (/bad_alloc|out of memory|Cannot allocate memory/i.test(stderr)) {
    const sentence = `To join the PDFs takes more than ${options.maxMemoryBytes} bytes of memory.`;
    return new PubpipeError('RENDER_LIMIT', sentence, { details: { ...details, limit: 'maxMemoryBytes' } });
  }
  const [refused] = /No space left on device|Disk quota exceeded|Read-only file system/.exec(stderr) ?? [];
  if (refused !== undefined) return outputUnwritable(refused, details);
  if (killed) return unavailable(options.qpdf[0], `ended badly: ${failure}`);
  // With exit code 3 it has repaired something: a part was not whole.
  return mismatch(`The PDFs can't be joined: qpdf says that ${failure}.`, 'whole PDFs', details.log);
}

const unavailable = (program: string, what: string, cause?: unknown): PubpipeError =>
  new PubpipeError(
    'RENDERER_UNAVAILABLE',
    `PDFs can't be joined because "${program}" ${what}: install qpdf (on Debian and Ubuntu: apt install qpdf) or say in ` +
      'the option qpdf where it is.',
    { cause, details: { program } },
  );
