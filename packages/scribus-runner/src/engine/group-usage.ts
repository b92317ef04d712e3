import { readdirSync, readFileSync } from 'node:fs';
import { processStat } from './process-stat.ts';

/** What the processes of a group hold together. */
export interface GroupUsage {
  readonly processes: number;
  /** Memory that is not on disk; what processes share is divided between them. */
  readonly memoryBytes: number;
}

/** Reads what the processes of a group hold; of more than `maxProcesses` it does not look at all. Linux only. */
export function groupUsage(groupId: number, maxProcesses: number): GroupUsage {
  let processes = 0;
  let memoryBytes = 0;
  for (const id of numbersOfProcesses()) {
    if (processStat(id)?.group !== groupId) continue;
    processes += 1;
    memoryBytes += memoryOf(id);
    if (processes > maxProcesses) break;
  }
  return { processes, memoryBytes };
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

function memoryOf(id: string): number {
  // The kernel lets not everybody know what is shared. Then that counts for each.
  return (
    memoryIn(`/proc/${id}/smaps_rollup`, /^Pss_Anon:\s+(\d+) kB$/m) ??
    memoryIn(`/proc/${id}/status`, /^RssAnon:\s+(\d+) kB$/m) ??
    0
  );
}

function memoryIn(file: string, field: RegExp): number | undefined {
  try {
    const kib = field.exec(readFileSync(file, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    // It has ended meanwhile, or may not be read.
    return undefined;
  }
}
