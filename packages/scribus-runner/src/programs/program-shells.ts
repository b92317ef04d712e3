import type { ProgramResult } from './program-result.ts';
import { ProgramShell, type RunBounds } from './program-shell.ts';
import { runProgram } from './run-program.ts';

/** So many shells that have nothing to do are kept. */
const maxIdle = 8;

/** Runs a short program, as often and as many at once as it is asked to, in shells that are kept. */
export class ProgramShells {
  readonly #command: readonly [string, ...string[]];
  readonly #env: Readonly<Record<string, string>>;
  readonly #idle: ProgramShell[] = [];
  readonly #all = new Set<ProgramShell>();
  #closed = false;

  constructor(command: readonly [string, ...string[]], env: Readonly<Record<string, string>>) {
    this.#command = command;
    this.#env = env;
  }

  /** Has a shell ready for the next run. */
  prepare(): void {
    if (this.#idle.length === 0 && !this.#closed) this.#idle.push(this.#start());
  }

  /**
   * Runs the program with further arguments to its end, bounded in time and in what it prints.
   *
   * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
   */
  async run(args: readonly string[], bounds: RunBounds): Promise<ProgramResult> {
    const inShell = args.some((argument) => argument.includes('\n')) ? undefined : await this.#runInShell(args, bounds);
    // What can't be started is started once more without a shell, to hear why.
    return inShell ?? (await runProgram([...this.#command, ...args], { ...bounds, env: this.#env }));
  }

  /** Ends the shells. No run may be under way. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#all];
    for (const shell of all) shell.kill();
    await Promise.all(all.map(({ gone }) => gone));
  }

  async #runInShell(args: readonly string[], bounds: RunBounds): Promise<ProgramResult | undefined> {
    const shell = this.#take();
    const result = await shell.run(args, bounds);
    if (this.#closed || this.#idle.length >= maxIdle) shell.kill();
    else if (!shell.isGone) this.#idle.push(shell);
    return result;
  }

  #take(): ProgramShell {
    for (let shell = this.#idle.pop(); shell !== undefined; shell = this.#idle.pop()) if (!shell.isGone) return shell;
    return this.#start();
  }

  #start(): ProgramShell {
    const shell = new ProgramShell(this.#command, this.#env);
    this.#all.add(shell);
    void shell.gone.then(() => this.#all.delete(shell));
    return shell;
  }
}
