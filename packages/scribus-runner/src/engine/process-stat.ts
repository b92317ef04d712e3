import { readFileSync } from 'node:fs';

/** What Linux tells of a process. */
export interface ProcessStat {
  /** One letter; `Z` is dead and not collected. */
  readonly state: string;
  readonly group: number;
  readonly session: number;
  /** In clock ticks since the machine was started. With its number it says which process this is: numbers come again. */
  readonly startTime: number;
}

/** Reads /proc/<pid>/stat; undefined if there is no such process, or no /proc. */
export function processStat(pid: number | string): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', , group, session] = fields;
    return { state, group: Number(group), session: Number(session), startTime: Number(fields[19]) };
  } catch {
    // It has ended meanwhile: that there is nothing to tell is the answer.
    return undefined;
  }
}
