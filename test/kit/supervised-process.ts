import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What to run, and where its output goes. */
export interface ProcessOptions {
  readonly args: readonly string[];
  /** Its stdout and stderr are added to this file. */
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A process that never outlives this one. */
export interface SupervisedProcess {
  readonly pid: number;
  readonly hasEnded: boolean;
  /** Resolves when it has ended, in whatever way. */
  readonly ended: Promise<void>;
  /** The end of its output, for an error message. */
  describe(): Promise<string>;
  /** Waits for `condition`, which may take `timeoutMs`; rejects as soon as the process has ended. */
  waitUntil(what: string, condition: () => Promise<boolean>, timeoutMs: number): Promise<void>;
  /** Waits for its end with status 0. */
  succeed(timeoutMs: number): Promise<void>;
  /** Ends it with a signal, and resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Ends it with SIGKILL, and resolves when it has ended. */
  kill(): Promise<void>;
}

/**
 * Starts `command` in a session of its own, so that an interrupt from the keyboard does not reach it
 * before its owner. The kernel kills it when this process ends, also when that was by SIGKILL: that is
 * what setpriv (util-linux) asks for before it becomes the command.
 */
export async function startSupervised(command: string, options: ProcessOptions): Promise<SupervisedProcess> {
  const { args, logFile, env = process.env } = options;
  const log = openSync(logFile, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], {
    stdio: ['ignore', log, log],
    detached: true,
    env,
  });
  closeSync(log);
  await once(child, 'spawn');
  const exited = once(child, 'exit');
  const ended = exited.then(() => undefined);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

  const describe = async () => {
    const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-15);
    const state = hasEnded() ? `ended (${child.signalCode ?? `status ${child.exitCode}`})` : 'runs';
    return `${command} ${state}; the end of its output:\n${lines.join('\n')}`;
  };

  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };

  return {
    pid: child.pid ?? Number.NaN,
    get hasEnded() {
      return hasEnded();
    },
    ended,
    describe,
    async waitUntil(what, condition, timeoutMs) {
      const deadline = performance.now() + timeoutMs;
      while (!(await condition())) {
        if (hasEnded()) throw new Error(`${what}: not any more. ${await describe()}`);
        if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms. ${await describe()}`);
        await sleep(10);
      }
    },
    async succeed(timeoutMs) {
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
      await exited;
      clearTimeout(timer);
      if (child.exitCode !== 0) throw new Error(`${args.join(' ')}: failed. ${await describe()}`);
    },
    end,
    kill: () => end('SIGKILL'),
  };
}
