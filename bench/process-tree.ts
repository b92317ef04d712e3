import { listProcesses, readProcessStat, readPssKib } from './process-stat.ts';

/**
 * A process and all that come from it, as Linux tells. Who was seen once stays a member when its parent has
 * ended. So look often: a parent that ends between two looks hides its children.
 */
export class ProcessTree {
  /** When each was started, by number. */
  readonly #members = new Map<number, number>();

  constructor(root: number) {
    const stat = readProcessStat(root);
    if (stat !== undefined) this.#members.set(root, stat.startTime);
  }

  /** Looks for new members, and answers the numbers of those that live. */
  look(): readonly number[] {
    const stats = new Map(
      listProcesses().flatMap((pid) => {
        const stat = readProcessStat(pid);
        return stat === undefined ? [] : [[pid, stat] as const];
      }),
    );
    // A child has a higher number than its parent, but for when numbers begin again: that is what the loop is for.
    for (let grown = true; grown; ) {
      grown = false;
      for (const [pid, { parent, startTime }] of stats) {
        if (this.#members.has(pid) || this.#startTimeOf(parent, stats) === undefined) continue;
        this.#members.set(pid, startTime);
        grown = true;
      }
    }
    return [...stats].flatMap(([pid, { state }]) =>
      this.#startTimeOf(pid, stats) === undefined || state === 'Z' ? [] : [pid],
    );
  }

  /** What the living hold of memory together, in MiB of PSS. */
  pssMib(): number {
    return this.look().reduce((sum, pid) => sum + readPssKib(pid), 0) / 1024;
  }

  /** Ends all of them at once, as the end of a container does. */
  kill(): void {
    // Those that were being made meanwhile are met by the next look.
    for (let living = this.look(); living.length > 0; living = this.look()) for (const pid of living) end(pid);
  }

  /** Undefined for a process that is none of ours, or another one under a number of ours. */
  #startTimeOf(pid: number, stats: ReadonlyMap<number, { readonly startTime: number }>): number | undefined {
    const startTime = stats.get(pid)?.startTime;
    return startTime !== undefined && this.#members.get(pid) === startTime ? startTime : undefined;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
