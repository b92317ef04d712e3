import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CephStore, cephConfiguration, monitorAddress } from './ceph-configuration.ts';
import { findFreePort } from './free-port.ts';
import { createGuardedDirectory } from './guarded-directory.ts';
import { type SupervisedProcess, startSupervised } from './supervised-process.ts';

/** A running monitor and storage daemon: all that a gateway needs. */
export interface CephCluster {
  /** The port that its configuration gives to the gateway. */
  readonly gatewayPort: number;
  /** Runs a program of Ceph to its end. */
  run(command: string, ...args: readonly string[]): Promise<void>;
  /** Starts a daemon; `name` names its log. */
  start(name: string, command: string, ...args: readonly string[]): Promise<SupervisedProcess>;
  /** Ends every process and removes the data. */
  stop(): Promise<void>;
}

/** Makes and starts a cluster in a temporary directory. `timeoutMs` bounds each step. */
export async function startCephCluster(store: CephStore, timeoutMs: number): Promise<CephCluster> {
  const resources = new AsyncDisposableStack();
  const directory = await createGuardedDirectory('pubpipe-s3-');
  resources.defer(() => directory.remove());
  const inDirectory = (name: string) => join(directory.path, name);

  // Every program reads the same file; none may see a configuration of the machine's own.
  const env = { ...process.env, LC_ALL: 'C', CEPH_CONF: inDirectory('ceph.conf'), CEPH_ARGS: '' };
  const start = async (name: string, command: string, ...args: readonly string[]) => {
    const child = await startSupervised(command, { args, env, logFile: inDirectory(`${name}.log`) });
    resources.defer(() => child.kill());
    return child;
  };
  const run = async (command: string, ...args: readonly string[]) => {
    const child = await start(command, command, ...args);
    await child.succeed(timeoutMs);
  };

  try {
    const [gatewayPort, monitorPort] = await Promise.all([findFreePort(), findFreePort()]);
    const clusterId = randomUUID();
    const configuration = cephConfiguration({ directory: directory.path, store, gatewayPort, monitorPort, clusterId });
    await writeFile(env.CEPH_CONF, configuration);
    await Promise.all([mkdir(inDirectory('mon')), mkdir(inDirectory('osd'))]);

    const monitors = inDirectory('monmap');
    await run('monmaptool', '--create', '--fsid', clusterId, '--addv', 'a', monitorAddress(monitorPort), monitors);
    await run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monitors);
    await start('monitor', 'ceph-mon', '-f', '-i', 'a');

    const storageId = randomUUID();
    await run('ceph', '--connect-timeout', String(Math.ceil(timeoutMs / 1_000)), 'osd', 'new', storageId);
    await run('ceph-osd', '--mkfs', '-i', '0', '--osd-uuid', storageId);
    const storage = await start('storage', 'ceph-osd', '-f', '-i', '0');
    // A gateway that comes first waits for its pools far longer than the storage takes to be active.
    const isActive = async () => (await readFile(inDirectory('storage.log'), 'utf8')).includes('booting -> active');
    await storage.waitUntil('The storage of the S3 server is active', isActive, timeoutMs);
    return { gatewayPort, run, start, stop: () => resources.disposeAsync() };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}
