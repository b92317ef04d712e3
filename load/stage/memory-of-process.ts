import { readFileSync } from 'node:fs';

/** How a process grows. */
export interface MemoryWatch extends Disposable {
  /** How much more memory the process has had at its largest than at first. */
  growthMib(): number;
}

/** Looks at the memory of another process, ten times a second. To be disposed of before the process ends. */
export function watchMemory(pid: number): MemoryWatch {
  const first = readMib(pid);
  let most = first;
  const look = () => {
    most = Math.max(most, readMib(pid));
  };
  const timer = setInterval(look, 100);
  return {
    growthMib() {
      look();
      return most - first;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** What a process has in memory, as Linux counts it ("resident set size"). */
function readMib(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kibibytes === undefined) throw new Error(`The process ${pid} has no memory: it has ended.`);
  return Number(kibibytes) / 1024;
}
