import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listProcesses, readProcessStat } from '../process-stat.ts';

/** Milliseconds of a processor that this process and a PostgreSQL server of its own have used so far. */
export function cpuTimeWith(serverDirectory: string): () => number {
  const server = Number(readFileSync(join(serverDirectory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  return () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000 + serverTicks(server) * msPerTick;
  };
}

/** USER_HZ, which is 100 wherever Linux tells times to programs. */
const msPerTick = 10;

/** The server's processes at work, and those that have ended. */
function serverTicks(server: number): number {
  let ticks = 0;
  for (const pid of listProcesses()) {
    const stat = readProcessStat(pid);
    // It has ended since the folder was read.
    if (stat === undefined) continue;
    if (pid === server) ticks += stat.ownTicks + stat.endedTicks;
    else if (stat.parent === server) ticks += stat.ownTicks;
  }
  return ticks;
}
