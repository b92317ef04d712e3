import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readyLine } from './standing.ts';
import { type SupervisedProcess, startSupervised } from './supervised-process.ts';

const startTimeoutMs = 120_000;
const endTimeoutMs = 60_000;

/** A program of ours, and what it is told. */
export interface Program {
  /** Its file. */
  readonly path: string;
  /** What it finds as JSON in its first argument. */
  readonly setup: unknown;
  /** Its output is added to this file. */
  readonly logFile: string;
  /** Where Node keeps the code that it has compiled, for programs that are started again and again. */
  readonly compileCache?: string | undefined;
}

/** A process that runs a program of ours, which says when it is at work. */
export interface ProgramProcess extends SupervisedProcess {
  /** Waits until it is at work, or has ended. Rejects when it is neither in time. */
  ready(): Promise<void>;
  /** Stops it with SIGSTOP; it goes on by `resume`. */
  freeze(): void;
  resume(): void;
  /** Tells it to end, and waits until it has ended well. */
  finish(): Promise<void>;
}

/** Starts a program in a process of its own. It ends when this process does. */
export async function startProgram({ path, setup, logFile, compileCache }: Program): Promise<ProgramProcess> {
  const env = compileCache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: compileCache };
  const args = ['--conditions=@pubpipe/source', path, JSON.stringify(setup)];
  const child = await startSupervised(process.execPath, { args, logFile, env });
  const signal = (name: NodeJS.Signals) => {
    if (!child.hasEnded) process.kill(child.pid, name);
  };
  const isReady = () => existsSync(logFile) && readFileSync(logFile, 'utf8').includes(readyLine);
  return {
    ...child,
    get hasEnded() {
      return child.hasEnded;
    },
    async ready() {
      try {
        await child.waitUntil(`${basename(path)} is at work`, async () => isReady(), startTimeoutMs);
      } catch (error) {
        if (!child.hasEnded) throw error;
      }
    },
    freeze: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async finish() {
      signal('SIGTERM');
      await child.succeed(endTimeoutMs);
    },
  };
}
