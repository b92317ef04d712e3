import { cancelled } from '@pubpipe/core';
import { execa } from 'execa';
import { type EndedProgram, type ProgramResult, toProgramResult } from './program-result.ts';

// Each line is one argument, behind a colon; a dot is the last. When the line is closed before, nothing is run.
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
const becomeProgram = 'while IFS= read -r arg; do [ "$arg" = . ] && exec "$@"; set -- "$@" "${arg#:}"; done';
// What a shell says of a program that it can't find, or may not start.
const notStarted: ReadonlySet<number | undefined> = new Set([126, 127]);

/**
 * A process that is made before its program is needed: to make one, a Node of some size takes half of the time of a short
 * program. Until it is run it is a shell that waits.
 */
export class ProgramAhead {
  readonly #running: Promise<EndedProgram>;
  readonly #say: (text: string) => void;
  readonly #kill: () => void;
  #ran = false;

  /** Makes the process. It ends when `signal` aborts, and with this one. */
  constructor(
    command: readonly [string, ...string[]],
    options: {
      readonly env: Readonly<Record<string, string>>;
      readonly maxOutputBytes: number;
      readonly signal: AbortSignal;
    },
  ) {
    const { env, maxOutputBytes, signal } = options;
    const running = execa('sh', ['-c', becomeProgram, 'sh', ...command], {
      env,
      extendEnv: false,
      stdin: 'pipe',
      reject: false,
      killSignal: 'SIGKILL',
      maxBuffer: maxOutputBytes,
      cancelSignal: signal,
    });
    // A process that is gone can't be told anything; how it ended is read below.
    running.stdin.on('error', () => undefined);
    this.#say = (text) => void running.stdin.end(text);
    this.#kill = () => void running.kill();
    this.#running = running;
  }

  /**
   * Runs the program, once, with further arguments. Answers undefined when it has to be started anew to be run: it was
   * run before, an argument has a line break, or the shell could not start it.
   *
   * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
   */
  async run(
    args: readonly string[],
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<ProgramResult | undefined> {
    if (this.#ran || args.some((argument) => argument.includes('\n'))) return undefined;
    this.#ran = true;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      this.#kill();
    }, timeoutMs);
    this.#say(`${args.map((argument) => `:${argument}\n`).join('')}.\n`);
    const result = await this.#running;
    clearTimeout(timer);
    if (signal.aborted) throw cancelled(signal);
    const isStarted = !notStarted.has(result.exitCode) && (result.exitCode ?? result.signal) !== undefined;
    return isStarted || timedOut ? toProgramResult({ ...result, timedOut }, timeoutMs) : undefined;
  }

  /** Ends the process, if it has not ended by itself. Resolves when it is gone. */
  async close(): Promise<void> {
    this.#kill();
    await this.#running;
  }
}
