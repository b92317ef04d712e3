import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = statOf(entry);
    if (Number(entry) === server) ticks += stat.own + stat.ofEnded;
    else if (stat.parent === server) ticks += stat.own;
  }
  return ticks;
}

function statOf(pid: string) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may have blanks and brackets. See proc(5): ppid, utime, stime, cutime, cstime.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, utime = 0, stime = 0, cutime = 0, cstime = 0] = [1, 11, 12, 13, 14].map(
      (index) => fields[index],
    );
    return { parent, own: utime + stime, ofEnded: cutime + cstime };
  } catch {
    // It has ended since the folder was read.
    return { parent: 0, own: 0, ofEnded: 0 };
  }
}
