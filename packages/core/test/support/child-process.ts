import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A real process that runs one of the programs in `test/kysely/processes`. */
export interface ChildProcess {
  /** Lets it begin: it has said that it is ready. */
  begin(): void;
  /** What it writes, line by line. */
  readonly lines: AsyncIterable<string>;
  /** Ends it at once, as a loss of power of the process would, and waits until it is gone. */
  kill(): Promise<void>;
  /** Waits for its end. @throws when it was not a good one. */
  ended(): Promise<void>;
}

/** Starts a program and waits until it is ready to begin. */
export async function startProcess(program: string, args: readonly string[]): Promise<ChildProcess> {
  const path = fileURLToPath(new URL(`../kysely/processes/${program}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@pubpipe/source', path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.value !== 'ready') throw new Error(`${program} did not start: ${String(first.value)}`);
  return {
    begin: () => void child.stdin.end('begin\n'),
    lines: { [Symbol.asyncIterator]: () => lines },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    async ended() {
      const [code, signal] = await exit;
      if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}.`);
    },
  };
}

/** Reads what a process writes until it ends, and checks that it ended well. */
export async function outputOf(child: ChildProcess): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of child.lines) lines.push(line);
  await child.ended();
  return lines;
}
