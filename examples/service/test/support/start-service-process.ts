import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { onTestFinished } from 'vitest';
import { type SupervisedProcess, startSupervised } from '../../../../test/kit/supervised-process.ts';

/** A process of the service, for one test. */
export interface ServiceProcess extends SupervisedProcess {
  /** All it has written. */
  output(): Promise<string>;
  /** Waits for a line of its log that has this message, and returns the line's facts. */
  logged(message: string): Promise<Readonly<Record<string, unknown>>>;
}

/** Starts one of the programs of the service, with these settings and no other of this process's environment. */
export async function startServiceProcess(
  program: string,
  settings: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-service-test-'));
  const logFile = join(directory, 'log');
  const child = await startSupervised(process.execPath, {
    args: ['--conditions=@pubpipe/source', join(import.meta.dirname, '../../src', `${program}.ts`)],
    logFile,
    env: { PATH: process.env['PATH'], METRICS_PORT: '0', ...settings },
  });
  onTestFinished(async () => {
    if (!child.hasEnded) await child.kill();
    await rm(directory, { recursive: true });
  });
  const output = () => readFile(logFile, 'utf8');
  const find = async (message: string) =>
    (await output()).split('\n').find((line) => line.includes(`"msg":"${message}"`));
  return {
    ...child,
    get hasEnded() {
      return child.hasEnded;
    },
    output,
    async logged(message) {
      await child.waitUntil(`"${message}" is logged`, async () => (await find(message)) !== undefined, 60_000);
      return JSON.parse((await find(message)) ?? '') as Record<string, unknown>;
    },
  };
}
