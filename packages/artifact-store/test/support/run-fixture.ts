import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** A fixture that runs as a process of its own. */
export interface RunningFixture {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  readonly lines: Interface;
  /** Its next line of output. */
  nextLine(): Promise<string>;
  /** Ends it as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts `test/fixtures/<name>` with the Node that runs the tests, on the sources. */
export function runFixture(name: string, ...args: readonly string[]): RunningFixture {
  const path = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@pubpipe/source', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const iterator = lines[Symbol.asyncIterator]();
  return {
    child,
    lines,
    nextLine: async () => {
      const line = await iterator.next();
      if (line.done === true) throw new Error(`${name} ended without a further line.`);
      return line.value;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
