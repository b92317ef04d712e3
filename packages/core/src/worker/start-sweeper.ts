import { setTimeout as wait } from 'node:timers/promises';
import { type SweepSettings, sweepOnce } from '../pipeline/sweep-once.ts';
import type { WorkerContext } from '../pipeline/worker-context.ts';

/** How often, and from when on, a worker sweeps. Times are in milliseconds. */
export interface SweeperOptions {
  /** Time between two sweeps. @defaultValue 1_000 */
  readonly intervalMs?: number | undefined;
  /** Time between two looks for leftovers of killed processes. @defaultValue 3_600_000 (an hour) */
  readonly housekeepingIntervalMs?: number | undefined;
  /** Upper bound of rows for each kind of work in one sweep. @defaultValue 500 */
  readonly limit?: number | undefined;
  /** Claims without an end after which a job is `POISONED`. @defaultValue 20 */
  readonly maxClaims?: number | undefined;
  /** Age from which an artifact that never became ready is taken for abandoned. @defaultValue 86_400_000 (a day) */
  readonly abandonedAfterMs?: number | undefined;
  /** How long the row of a deleted artifact is kept. @defaultValue 86_400_000 (a day) */
  readonly keepDeletedMs?: number | undefined;
  /** Age of a dispatch from which the queue is asked whether it has lost it. @defaultValue 30_000 */
  readonly redispatchAfterMs?: number | undefined;
}

/** Sweeps until it is closed. One sweep ends before the next begins; one that fails is logged, and the next tries again. */
export function startSweeper(worker: WorkerContext, options: SweeperOptions = {}): { close(): Promise<void> } {
  const { intervalMs = 1_000, housekeepingIntervalMs = 3_600_000, ...given } = options;
  const settings = resolveSettings(given);
  const abort = new AbortController();
  const { signal } = abort;

  async function every(ms: number, what: string, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await work().catch((error: unknown) => worker.logger.error({ err: error }, `${what} failed`));
      await wait(ms, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
    }
  }

  // A queue of one process has lost everything at its start: the first sweep asks it at once.
  let first = true;
  const loops = [
    every(intervalMs, 'a sweep', async () => {
      await sweepOnce(worker, first ? { ...settings, redispatchAfterMs: 0 } : settings);
      first = false;
    }),
    every(housekeepingIntervalMs, 'housekeeping', () => discardLeftovers(worker, settings.abandonedAfterMs)),
  ];
  return {
    async close() {
      abort.abort();
      await Promise.all(loops);
    },
  };
}

async function discardLeftovers({ artifactStore, scratchSpace }: WorkerContext, olderThanMs: number): Promise<void> {
  await artifactStore.discardIncomplete({ olderThanMs });
  await scratchSpace.discardAbandoned({ olderThanMs });
}

function resolveSettings(options: SweeperOptions): SweepSettings {
  const day = 86_400_000;
  const { limit = 500, maxClaims = 20, abandonedAfterMs = day, keepDeletedMs = day } = options;
  const { redispatchAfterMs = 30_000 } = options;
  return Object.freeze({ limit, maxClaims, abandonedAfterMs, keepDeletedMs, redispatchAfterMs });
}
