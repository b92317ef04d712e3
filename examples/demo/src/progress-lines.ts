import { formatSeconds } from './amounts.ts';
import { type DocumentProgress, describeProgress } from './document-progress.ts';
import type { ProgressView, TextOutput } from './progress-view.ts';

/** Writes a plain line for each change, for logs and pipes. `now` is a clock in milliseconds. */
export function createProgressLines(output: TextOutput, now: () => number = () => performance.now()): ProgressView {
  const startedAt = now();
  const lastShown = new Map<string, string>();
  return {
    show(progress: DocumentProgress) {
      const { name } = progress;
      const description = describeProgress(progress);
      if (lastShown.get(name) === description) return;
      lastShown.set(name, description);
      output.write(`[${formatSeconds(now() - startedAt).padStart(6)} s] ${name}: ${description}\n`);
    },
    close() {},
  };
}
