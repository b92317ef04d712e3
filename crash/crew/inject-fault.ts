import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../plan/fault.ts';
import type { CrashServers } from './crash-servers.ts';
import type { Crew } from './crew.ts';

/** Does to the system what a fault says. Answers whether there was something to do it to. */
export async function injectFault(fault: Fault, stage: { servers: CrashServers; crew: Crew }): Promise<boolean> {
  const { servers, crew } = stage;
  if (fault.kind === 'kill') return await crew.kill(fault.role, fault.slot);
  if (fault.kind === 'stop') return await crew.stop(fault.role, fault.slot, fault.forMs);
  if (fault.kind === 'cut') return cutConnections(fault, servers);
  await restartServer(fault, servers);
  return true;
}

function cutConnections({ server, thenAfterBytes }: Extract<Fault, { kind: 'cut' }>, servers: CrashServers): boolean {
  const proxy = servers.proxies[server];
  thenAfterBytes.forEach((afterBytes, index) => {
    proxy?.inject({ kind: 'cut', of: 'toClient', afterBytes }, { occurrence: index + 1 });
  });
  proxy?.resetAll();
  return proxy !== undefined;
}

type Restart = Extract<Fault, { kind: 'lose-redis' | 'restart-postgres' | 'kill-gateway' }>;

async function restartServer(fault: Restart, { redis, postgres, s3 }: CrashServers): Promise<void> {
  if (fault.kind === 'lose-redis') {
    await redis.restart({ loseData: true });
  } else if (fault.kind === 'restart-postgres') {
    await postgres.crash();
    await wait(fault.awayMs);
    await postgres.start();
  } else {
    await s3?.kill9Gateway();
    await wait(fault.awayMs);
    await s3?.startGateway();
  }
}
