import { cancelled } from '@pubpipe/core';
import { execa } from 'execa';

/** How a program that was run to its end has ended. */
export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Why it did not end well, without its arguments, which may hold a secret. */
  readonly failure: string | undefined;
  /** Whether it did not come to an end of its own: time, a bound, or a signal ended it. */
  readonly interrupted: boolean;
  /** Whether somebody killed it who was not us. */
  readonly killed: boolean;
  /** Given when it could not be started. */
  readonly startError: NodeJS.ErrnoException | undefined;
}

/**
 * Runs a short program to its end, bounded in time and in what it prints.
 *
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly maxOutputBytes: number;
    readonly signal: AbortSignal;
  },
): Promise<ProgramResult> {
  const { env, timeoutMs, maxOutputBytes, signal } = options;
  const result = await execa(program, args, {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: maxOutputBytes,
    cancelSignal: signal,
  });
  if (signal.aborted) throw cancelled(signal);
  const { stdout, stderr } = result;
  if (!result.failed) {
    return { stdout, stderr, failure: undefined, interrupted: false, killed: false, startError: undefined };
  }
  const boundReached = result.timedOut || result.isMaxBuffer;
  const startError = result.exitCode === undefined && result.signal === undefined && !boundReached;
  return {
    stdout,
    stderr,
    failure: describeEnd(result, timeoutMs),
    interrupted: boundReached || result.signal !== undefined,
    killed: !boundReached && (result.signal === 'SIGKILL' || result.signal === 'SIGTERM'),
    startError: startError ? (result.cause as NodeJS.ErrnoException) : undefined,
  };
}

function describeEnd(
  result: {
    readonly timedOut: boolean;
    readonly isMaxBuffer: boolean;
    readonly exitCode?: number | undefined;
    readonly signal?: string | undefined;
  },
  timeoutMs: number,
): string {
  if (result.timedOut) return `it takes longer than ${timeoutMs} ms`;
  if (result.isMaxBuffer) return 'it prints without end';
  return `it ended with ${result.signal ?? `exit code ${result.exitCode}`}`;
}
