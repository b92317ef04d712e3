import { readdirSync, readFileSync } from 'node:fs';

/** What Linux tells of a process. See proc(5). */
export interface ProcessStat {
  /** One letter; `Z` is dead and not collected. */
  readonly state: string;
  readonly parent: number;
  /** With its number it says which process this is: numbers come again. */
  readonly startTime: number;
  /** Time of a processor that it has used. */
  readonly ownTicks: number;
  /** The same of its children that have ended. */
  readonly endedTicks: number;
}

/** Numbers of all processes. */
export function listProcesses(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Undefined if there is no such process. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  const text = readOf(pid, 'stat');
  if (text === undefined) return undefined;
  // Behind the name, which may have blanks and brackets.
  const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent = 0, utime = 0, stime = 0, cutime = 0, cstime = 0, startTime = 0] = [0, 10, 11, 12, 13, 18].map(
    (index) => Number(fields[index]),
  );
  return { state, parent, startTime, ownTicks: utime + stime, endedTicks: cutime + cstime };
}

/** Memory that a process holds, in KiB; what processes share is divided between them (PSS). 0 if there is none. */
export function readPssKib(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readOf(pid, 'smaps_rollup') ?? '')?.[1] ?? 0);
}

function readOf(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It has ended meanwhile: that there is nothing to tell is the answer.
    return undefined;
  }
}
