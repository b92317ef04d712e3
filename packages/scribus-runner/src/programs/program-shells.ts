import type { ProgramResult } from './program-result.ts';
import { ProgramShell, type RunBounds } from './program-shell.ts';
import { runProgram } from './run-program.ts';

/** So many shells that have nothing to do are kept. */
const maxIdle = 8;

/** Runs a short program, as often and as many at once as it is asked to, in shells that are kept. */
export class ProgramShells {
  readonly #command: readonly [string, ...string[]];
  readonly #env: Readonly<Record<string, string>>;
  /** One that is being started is among them. */
  readonly #idle: (ProgramShell | Promise<ProgramShell>)[] = [];
  readonly #all = new Set<Promise<ProgramShell>>();
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
    const all = await Promise.all(this.#all);
    for (const shell of all) shell.kill();
    await Promise.all(all.map(({ gone }) => gone));
  }

  async #runInShell(args: readonly string[], bounds: RunBounds): Promise<ProgramResult | undefined> {
    const shell = await this.#take();
    const result = await shell.run(args, bounds);
    if (this.#closed || this.#idle.length >= maxIdle) shell.kill();
    else if (!shell.isGone) this.#idle.push(shell);
    return result;
  }

  async #take(): Promise<ProgramShell> {
    for (let next = this.#idle.pop(); next !== undefined; next = this.#idle.pop()) {
      const shell = await next;
      if (!shell.isGone) return shell;
    }
    return await this.#start();
  }

  #start(): Promise<ProgramShell> {
    const shell = ProgramShell.start(this.#command, this.#env);
    this.#all.add(shell);
    const forget = () => this.#all.delete(shell);
    // Why one could not be started hears whoever takes it.
    shell.then(({ gone }) => gone).then(forget, forget);
    return shell;
  }
}
