import { cancelled } from '@pubpipe/core/driver';
import { loadExeca } from './load-execa.ts';
import { type EndedProgram, type ProgramResult, toProgramResult } from './program-result.ts';

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
  const execa = await loadExeca();
  const result: EndedProgram = await execa(program, args, {
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
  return toProgramResult(result, timeoutMs);
}
