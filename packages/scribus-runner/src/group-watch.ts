import process from 'node:process';
import { groupUsage } from './engine/group-usage.ts';
import type { RenderLimits } from './options/render-limits.ts';
import type { PassedTogether } from './passed-together.ts';

const pauseMs = 500;
/** Scribus and its Ghostscripts are three or four. */
const maxProcesses = 64;

/**
 * Looks twice a second at the processes of a render together. The system bounds each for itself, and of root's not how
 * many there are: with Ghostscript, Scribus may start others. Linux only; elsewhere nothing is seen.
 */
export class GroupWatch {
  readonly #timer: NodeJS.Timeout | undefined;

  /**
   * `group` tells the number of the group once there is one; `onPassed` is called at most once.
   *
   * @param limits - `processes` is 64 where nothing is said.
   */
  constructor(
    group: () => number | undefined,
    { memoryBytes, processes = maxProcesses }: Pick<RenderLimits, 'memoryBytes'> & { readonly processes?: number },
    onPassed: (passed: PassedTogether) => void,
  ) {
    if (process.platform !== 'linux') return;
    this.#timer = setInterval(() => {
      const id = group();
      if (id === undefined) return;
      const used = groupUsage(id, { processes, memoryBytes });
      const tooMany = used.processes > processes;
      if (!tooMany && used.memoryBytes <= memoryBytes) return;
      this.stop();
      onPassed(tooMany ? { limit: 'processes', value: processes } : { limit: 'memoryBytes', value: memoryBytes });
    }, pauseMs);
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
