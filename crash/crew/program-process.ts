import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SupervisedProcess, startSupervised } from '../../test/kit/supervised-process.ts';
import type { ProgramSetup } from '../parts/process-setup.ts';
import { readyLine } from '../parts/standing.ts';

const startTimeoutMs = 120_000;
const endTimeoutMs = 60_000;

/** A process that runs one of the test's programs. */
export interface ProgramProcess extends SupervisedProcess {
  /** Waits until it is at work, or has ended. Rejects when it is neither in time. */
  ready(): Promise<void>;
  /** Stops it with SIGSTOP; it goes on by `resume`. */
  freeze(): void;
  resume(): void;
  /** Tells it to end, and waits until it has ended well. */
  finish(): Promise<void>;
}

/** Starts one of `programs/` in a process of its own. It ends when this process does. */
export async function startProgram(
  setup: ProgramSetup,
  { logFile, compileCache }: { readonly logFile: string; readonly compileCache: string },
): Promise<ProgramProcess> {
  const path = join(import.meta.dirname, '../programs', `${setup.program}.ts`);
  // The same few programs are started again and again.
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache };
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
        await child.waitUntil(`${setup.program} is at work`, async () => isReady(), startTimeoutMs);
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
