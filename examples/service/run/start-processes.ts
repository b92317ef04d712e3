import { join } from 'node:path';
import process from 'node:process';
import type { StoredApiKey } from '@pubpipe/core/http';
import { findFreePort } from '../../../test/kit/free-port.ts';
import { type SupervisedProcess, startSupervised } from '../../../test/kit/supervised-process.ts';
import type { Part } from './run-service.ts';
import type { Servers } from './start-servers.ts';

// The first start of Scribus reads all fonts of the system.
const startTimeoutMs = 60_000;
// Longer than the processes take at most to end by themselves.
const endTimeoutMs = 20_000;
const drainMs = 5_000;

/** How the processes are to be started. */
export interface ProcessesSetup extends Servers {
  /** The key that opens the service. */
  readonly stored: StoredApiKey;
  readonly port: number | undefined;
}

/** Migrates the database, and starts an api and a worker as processes of their own. Resolves when both are at work. */
export async function startProcesses(setup: ProcessesSetup, owned: AsyncDisposableStack) {
  const start = (program: string, settings: Readonly<Record<string, string>> = {}) =>
    startProgram(program, { ...setup, settings: { ...setup.settings, DRAIN_MS: String(drainMs), ...settings } });
  const migrate = await start('migrate');
  await migrate.succeed(startTimeoutMs);

  const port = String(setup.port ?? (await findFreePort()));
  const metricsPorts = { api: String(await findFreePort()), worker: String(await findFreePort()) };
  const worker = await start('worker', {
    METRICS_PORT: metricsPorts.worker,
    SCRATCH_DIRECTORY: join(setup.directory, 'scratch'),
  });
  owned.defer(() => endOrKill(worker));
  const { tenant, sha256 } = setup.stored;
  const api = await start('api', { PORT: port, METRICS_PORT: metricsPorts.api, API_KEYS: `${tenant}=${sha256}` });
  owned.defer(() => endOrKill(api));

  const url = `http://127.0.0.1:${port}/api`;
  const metrics = {
    api: `http://127.0.0.1:${metricsPorts.api}/metrics`,
    worker: `http://127.0.0.1:${metricsPorts.worker}/metrics`,
  };
  await api.waitUntil('the api answers', () => answers(`${url}/health/ready`), startTimeoutMs);
  const isRendering = async () => (await worker.describe()).includes('"msg":"rendering"');
  await worker.waitUntil('the worker renders', isRendering, startTimeoutMs);
  const parts: readonly Part[] = [
    { name: 'The api', ended: api.ended, describe: () => api.describe() },
    { name: 'The worker', ended: worker.ended, describe: () => worker.describe() },
  ];
  return {
    url,
    metrics,
    logs: { api: logOf(setup, 'api'), worker: logOf(setup, 'worker') },
    parts,
  };
}

const logOf = ({ directory }: Pick<Servers, 'directory'>, program: string): string => join(directory, `${program}.log`);

/** The kernel ends it when this process ends, in whatever way. */
async function startProgram(
  program: string,
  { directory, settings }: Pick<Servers, 'directory' | 'settings'>,
): Promise<SupervisedProcess> {
  const path = join(import.meta.dirname, '../src', `${program}.ts`);
  return await startSupervised(process.execPath, {
    args: ['--conditions=@pubpipe/source', path],
    logFile: logOf({ directory }, program),
    env: { ...process.env, ...settings },
  });
}

async function endOrKill(child: SupervisedProcess): Promise<void> {
  if (child.hasEnded) return;
  const timer = setTimeout(() => void child.kill(), endTimeoutMs);
  await child.end('SIGTERM');
  clearTimeout(timer);
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  return answer?.ok ?? false;
}
