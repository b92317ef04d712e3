import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../plan/fault.ts';
import type { CrashServers } from './crash-servers.ts';
import type { Crew } from './crew.ts';

/** Does to the system what a fault says. Answers whether there was something to do it to. */
export async function injectFault(
  fault: Fault,
  { servers, crew }: { servers: CrashServers; crew: Crew },
): Promise<boolean> {
  switch (fault.kind) {
    case 'kill':
      return await crew.kill(fault.role, fault.slot);
    case 'stop':
      return await crew.stop(fault.role, fault.slot, fault.forMs);
    case 'lose-redis':
      await servers.redis.restart({ loseData: true });
      return true;
    case 'restart-postgres':
      await servers.postgres.crash();
      await wait(fault.awayMs);
      await servers.postgres.start();
      return true;
    case 'kill-gateway':
      await servers.s3?.kill9Gateway();
      await wait(fault.awayMs);
      await servers.s3?.startGateway();
      return servers.s3 !== undefined;
    case 'cut': {
      const proxy = servers.proxies[fault.server];
      fault.thenAfterBytes.forEach((afterBytes, index) => {
        proxy?.inject({ kind: 'cut', of: 'toClient', afterBytes }, { occurrence: index + 1 });
      });
      proxy?.resetAll();
      return proxy !== undefined;
    }
  }
}
