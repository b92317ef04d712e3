import { get } from 'node:http';
import { type CephCluster, startCephCluster } from './ceph-cluster.ts';
import type { CephStore } from './ceph-configuration.ts';
import { requirePrograms } from './require-programs.ts';
import type { S3Access } from './s3-access.ts';
import type { SupervisedProcess } from './supervised-process.ts';

/** How a test's own S3 server keeps objects, and how long its start may take. */
export interface S3ServerOptions {
  /** @defaultValue `memstore` */
  readonly store?: CephStore;
  /** Bound of each step of the start. @defaultValue 60_000 */
  readonly timeoutMs?: number;
}

/** A real S3 server: a Ceph RADOS Gateway, which verifies signatures, with a whole cluster behind it. */
export interface S3Server extends S3Access {
  /** Ends the gateway as a crash would. What it has acknowledged is in the cluster, which goes on. */
  kill9Gateway(): Promise<void>;
  /** Starts the gateway again, at the same endpoint; resolves when it answers. */
  startGateway(): Promise<void>;
  /** Ends the server and removes its data. Both also happen when this process ends, in whatever way. */
  stop(): Promise<void>;
}

const credentials = { accessKeyId: 'pubpipe-test', secretAccessKey: 'pubpipe-test-secret' };

/** Starts an S3 server for the caller alone, on free loopback ports and with its data in a temporary directory. */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { store = 'memstore', timeoutMs = 60_000 } = options;
  await requirePrograms('s3');
  const cluster = await startCephCluster(store, timeoutMs);
  try {
    const user = ['--uid=test', '--display-name=test'];
    const keys = [`--access-key=${credentials.accessKeyId}`, `--secret-key=${credentials.secretAccessKey}`];
    await cluster.run('radosgw-admin', '-n', 'client.rgw', 'user', 'create', ...user, ...keys);
    let gateway = await startGateway(cluster, timeoutMs);
    return {
      endpoint: `http://127.0.0.1:${cluster.gatewayPort}`,
      region: 'us-east-1',
      ...credentials,
      kill9Gateway: () => gateway.kill(),
      async startGateway() {
        if (!gateway.hasEnded) throw new Error('The gateway of the S3 server runs already');
        gateway = await startGateway(cluster, timeoutMs);
      },
      stop: () => cluster.stop(),
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function startGateway(cluster: CephCluster, timeoutMs: number): Promise<SupervisedProcess> {
  const gateway = await cluster.start('gateway', 'radosgw', '-f', '-n', 'client.rgw');
  await gateway.waitUntil('The S3 server answers', () => answersHttp(cluster.gatewayPort), timeoutMs);
  return gateway;
}

function answersHttp(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = get({ host: '127.0.0.1', port, agent: false, timeout: 1_000 }, (answer) => {
    answer.resume();
    resolve(true);
  });
  request.on('timeout', () => request.destroy(new Error('no answer within a second')));
  request.on('error', () => resolve(false));
  return promise;
}
