import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

/** A command that runs as a process of its own, or that has ended. */
export interface RunningCommand {
  /** What it has written so far, to stdout and stderr. */
  readonly output: () => string;
  /** Resolves when it has written `text`; rejects when it ends without it. */
  readonly written: (text: string) => Promise<void>;
  readonly interrupt: () => void;
  readonly terminate: () => void;
  readonly kill: () => void;
  /** Resolves when it has ended with this exit code; rejects when it has ended otherwise. */
  readonly exitsWith: (code: number) => Promise<void>;
}

/** Where a command runs. */
export interface CommandPlace {
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of this process's environment. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly directory?: string;
}

/** Starts a command without a terminal. */
export function startCommand(command: readonly string[], place: CommandPlace = {}): RunningCommand {
  const { env = {}, environment = { ...process.env, ...env }, directory } = place;
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      child.emit('written');
    });
  }
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve).once('error', reject);
  });
  return {
    output: () => output,
    written: (text) =>
      new Promise((resolve, reject) => {
        const look = () => output.includes(text) && resolve();
        child.on('written', look).once('close', () => reject(new Error(`It ended without "${text}":\n${output}`)));
        look();
      }),
    interrupt: () => child.kill('SIGINT'),
    terminate: () => child.kill('SIGTERM'),
    kill: () => child.kill('SIGKILL'),
    async exitsWith(code) {
      const exitCode = await ended;
      if (exitCode !== code) throw new Error(`It ended with ${exitCode} instead of ${code}:\n${output}`);
    },
  };
}

/** Numbers of the processes that have `text` in their environment, such as the path of their TMPDIR. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text);
    } catch {
      return false; // It has ended meanwhile.
    }
  });
}
