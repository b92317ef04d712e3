import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createGuardedDirectory } from '../../test/kit/guarded-directory.ts';
import { startPostgresServer } from '../../test/kit/postgres-server.ts';
import { startRedisServer } from '../../test/kit/redis-server.ts';
import { startS3Server } from '../../test/kit/s3-server.ts';
import { startTcpFaultProxy, type TcpFaultProxy } from '../../test/kit/tcp-fault-proxy.ts';
import type { ProxiedServer } from '../plan/fault.ts';

/** The servers of a crash test, each behind a proxy, and a directory for everything else. */
export type CrashServers = Awaited<ReturnType<typeof startCrashServers>>;

/** Starts servers for the test alone. All of them end when it does, in whatever way. */
export async function startCrashServers({ withS3 }: { readonly withS3: boolean }) {
  await using resources = new AsyncDisposableStack();
  const directory = await createGuardedDirectory('pubpipe-crash-');
  resources.defer(() => directory.remove());
  const postgres = await startPostgresServer();
  resources.defer(() => postgres.stop());
  const redis = await startRedisServer();
  resources.defer(() => redis.stop());
  const s3 = withS3 ? await startS3Server() : undefined;
  resources.defer(async () => await s3?.stop());

  const proxyOf = async (url: string): Promise<TcpFaultProxy> => {
    const { hostname: host, port } = new URL(url);
    const proxy = await startTcpFaultProxy({ target: { host, port: Number(port) } });
    resources.defer(() => proxy.close());
    return proxy;
  };
  const proxies: Partial<Record<ProxiedServer, TcpFaultProxy>> = {
    postgres: await proxyOf(postgres.url),
    redis: await proxyOf(redis.url),
    ...(s3 === undefined ? {} : { s3: await proxyOf(s3.endpoint) }),
  };
  const owned = resources.move();
  return {
    postgres,
    redis,
    s3,
    /** Of everything that the test writes. */
    directory: directory.path,
    proxies,
    /** A new directory of the test. */
    async makeDirectory(name: string): Promise<string> {
      const path = join(directory.path, name);
      await mkdir(path);
      return path;
    },
    stop: () => owned.disposeAsync(),
  };
}

/** The same address, as it is reached through a proxy. */
export function through(proxy: TcpFaultProxy | undefined, url: string): string {
  if (proxy === undefined) throw new Error(`There is no proxy before ${url}.`);
  const proxied = new URL(url);
  proxied.host = `${proxy.host}:${proxy.port}`;
  return proxied.href;
}
