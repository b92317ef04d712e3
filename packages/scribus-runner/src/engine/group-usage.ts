import { readdirSync, readFileSync } from 'node:fs';
import { processStat } from './process-stat.ts';

/** What the processes of a group hold together. */
export interface GroupUsage {
  readonly processes: number;
  /** Memory that is not on disk; what processes share is divided between them. */
  readonly memoryBytes: number;
}

/**
 * Reads what the processes of a group hold; of more than `bounds.processes` it does not look at all. As long as they hold
 * no more than `bounds.memoryBytes` if each is counted for itself, that is what it says: what they share takes long to find
 * out. Linux only.
 */
export function groupUsage(groupId: number, bounds: GroupUsage): GroupUsage {
  const ids: string[] = [];
  for (const id of numbersOfProcesses()) {
    if (processStat(id)?.group === groupId) ids.push(id);
    if (ids.length > bounds.processes) break;
  }
  const together = (memoryOf: (id: string) => number | undefined) =>
    ids.reduce((sum, id) => sum + (memoryOf(id) ?? 0), 0);
  const memoryBytes = together(ownMemoryOf);
  if (memoryBytes <= bounds.memoryBytes) return { processes: ids.length, memoryBytes };
  // The kernel lets not everybody know what is shared. Then that counts for each.
  return { processes: ids.length, memoryBytes: together((id) => sharedMemoryOf(id) ?? ownMemoryOf(id)) };
}

/** Numbers of all processes; none where they can't be listed, as when this process may open no more files. */
export function numbersOfProcesses(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    // Whoever asks does it for what is found, and asks again or has another way.
    return [];
  }
}

const ownMemoryOf = (id: string) => memoryIn(`/proc/${id}/status`, /^RssAnon:\s+(\d+) kB$/m);
const sharedMemoryOf = (id: string) => memoryIn(`/proc/${id}/smaps_rollup`, /^Pss_Anon:\s+(\d+) kB$/m);

function memoryIn(file: string, field: RegExp): number | undefined {
  try {
    const kib = field.exec(readFileSync(file, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    // It has ended meanwhile, or may not be read.
    return undefined;
  }
}
