import { randomUUID } from 'node:crypto';
import { cancelled } from '@pubpipe/core/driver';
import { killProcessGroup } from '../engine/process-group.ts';
import { type Execa, loadExeca } from './load-execa.ts';
import { type EndedProgram, type ProgramResult, toProgramResult } from './program-result.ts';
import { signalOfExitCode } from './signal-name.ts';

/** Bounds of one run. */
export interface RunBounds {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
}

// A run is asked for by lines: the mark that ends what is printed, arguments behind a colon, and a dot. It ends when the
// line is closed.
const script = `
one() {
  while IFS= read -r line || exit 0; do
    case $line in
      .) break ;;
      :*) set -- "$@" "\${line#:}" ;;
      *) mark=$line ;;
    esac
  done
  "$@" </dev/null
  printf '\\n%s %d\\n' "$mark" $?
  printf '\\n%s\\n' "$mark" >&2
}
while :; do one "$@"; done`;

// What a shell says of a program that it can't find, or may not start.
const notStarted: ReadonlySet<number | undefined> = new Set([126, 127]);

/**
 * A shell that runs a short program as often as it is asked to, once at a time: to make a process, a Node of some size
 * takes longer than such a program runs. It has a process group of its own, and ends with this process.
 */
export class ProgramShell {
  /** Resolves when it is gone, and no program of it is left that would be known. Never rejects. */
  readonly gone: Promise<void>;
  readonly #running: RunningShell;
  #run: ((part: 'stdout' | 'stderr', text: string) => void) | undefined;
  #end: ((result: EndedProgram) => void) | undefined;
  #isGone = false;

  /** Starts one for a program, with its first arguments. */
  static async start(
    command: readonly [string, ...string[]],
    env: Readonly<Record<string, string>>,
  ): Promise<ProgramShell> {
    return new ProgramShell(runShell(await loadExeca(), command, env));
  }

  private constructor(running: RunningShell) {
    this.#running = running;
    const { stdin, stdout, stderr } = this.#running;
    // A process that is gone can't be told anything; how it ended is read below.
    stdin.on('error', () => undefined);
    for (const [name, stream] of Object.entries({ stdout, stderr }) as ['stdout' | 'stderr', typeof stdout][]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#run?.(name, text));
    }
    // It was collected in this turn: its number can't belong to anybody else yet. A program that it ran may live on.
    this.#running.nodeChildProcess.once('exit', () => {
      this.kill();
      this.#isGone = true;
    });
    this.gone = this.#running.then(({ exitCode, signal, cause }) => {
      this.#isGone = true;
      this.#end?.({ ...nothingPrinted, failed: true, exitCode, signal, cause });
    });
    this.#hold(false);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /**
   * Runs the program with further arguments, which have no line breaks. Answers undefined when the shell could not start
   * it. The shell is gone after a run that was interrupted.
   *
   * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
   */
  async run(
    args: readonly string[],
    { timeoutMs, maxOutputBytes, signal }: RunBounds,
  ): Promise<ProgramResult | undefined> {
    const mark = randomUUID();
    const printed = { stdout: '', stderr: '' };
    let timedOut = false;
    let isMaxBuffer = false;
    const ending = Promise.withResolvers<EndedProgram>();
    this.#end = ending.resolve;
    this.#run = (part, text) => {
      printed[part] += text;
      if (printed[part].length > maxOutputBytes) {
        isMaxBuffer = true;
        this.kill();
      }
      const code = endOf(printed, mark);
      if (code !== undefined) ending.resolve(toEnded(code));
    };
    const timer = setTimeout(() => {
      timedOut = true;
      this.kill();
    }, timeoutMs);
    const kill = () => this.kill();
    signal.addEventListener('abort', kill, { once: true });
    this.#hold(true);
    if (signal.aborted) kill();
    else this.#running.stdin.write(`${[mark, ...args.map((argument) => `:${argument}`), '.'].join('\n')}\n`);
    const ended = await ending.promise;
    this.#hold(false);
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    if (signal.aborted) throw cancelled(signal);
    if (notStarted.has(ended.exitCode)) return undefined;
    const { stdout, stderr } = printed;
    const texts = { stdout: withoutMark(stdout, mark), stderr: withoutMark(stderr, mark) };
    return toProgramResult({ ...ended, ...texts, timedOut, isMaxBuffer }, timeoutMs);
  }

  /** Kills the shell and the program that it runs. */
  kill(): void {
    const { pid } = this.#running;
    if (pid === undefined || this.#isGone) return;
    // Whoever waits for its end must be kept running.
    this.#hold(true);
    killProcessGroup(pid);
  }

  /** One that has nothing to do doesn't keep its host running. */
  #hold(held: boolean): void {
    const { nodeChildProcess: child, stdin, stdout, stderr } = this.#running;
    // What they are, as Node makes them, and more than their types say.
    const parts = [child, stdin, stdout, stderr] as unknown as readonly Pick<NodeJS.Timeout, 'ref' | 'unref'>[];
    for (const part of parts) {
      if (held) part.ref();
      else part.unref();
    }
  }
}

const nothingPrinted = { stdout: '', stderr: '', timedOut: false, isMaxBuffer: false };

type RunningShell = ReturnType<typeof runShell>;

const runShell = (execa: Execa, command: readonly [string, ...string[]], env: Readonly<Record<string, string>>) =>
  execa('sh', ['-c', script, 'sh', ...command], {
    env,
    extendEnv: false,
    detached: true,
    stdin: 'pipe',
    buffer: false,
    reject: false,
  });

/** The exit code of a run, once both of its outputs have come to their end. */
function endOf({ stdout, stderr }: Record<'stdout' | 'stderr', string>, mark: string): number | undefined {
  if (!stderr.endsWith(`\n${mark}\n`)) return undefined;
  const [, code] = new RegExp(`\\n${mark} (\\d+)\\n$`).exec(stdout) ?? [];
  return code === undefined ? undefined : Number(code);
}

const withoutMark = (text: string, mark: string): string => {
  const end = text.lastIndexOf(`\n${mark}`);
  return (end === -1 ? text : text.slice(0, end)).replace(/\n$/, '');
};

function toEnded(code: number): EndedProgram {
  const signal = signalOfExitCode(code);
  const exitCode = signal === undefined ? code : undefined;
  return { ...nothingPrinted, failed: code !== 0, exitCode, signal };
}
