import { setTimeout as wait } from 'node:timers/promises';
import { checkTimes, checkWholeNumbers } from '../errors/check-numbers.ts';
import { deleteContents } from '../pipeline/delete-contents.ts';
import { type SweepSettings, sweepOnce } from '../pipeline/sweep-once.ts';
import type { WorkerContext } from '../pipeline/worker-context.ts';
import { purgeOld, type RetentionOptions, resolveRetention } from './purge-old.ts';

/** How often, and from when on, a worker sweeps. Times are in milliseconds. */
export interface SweeperOptions {
  /** Time between two sweeps. @defaultValue 1_000 */
  readonly intervalMs?: number | undefined;
  /** Time between two looks for leftovers of killed processes. @defaultValue 3_600_000 (an hour) */
  readonly housekeepingIntervalMs?: number | undefined;
  /** Upper bound of rows for each kind of work in one sweep, 1 to 1,000. @defaultValue 500 */
  readonly limit?: number | undefined;
  /** Claims without an end after which a job is `POISONED`. @defaultValue 20 */
  readonly maxClaims?: number | undefined;
  /** Age from which an artifact that never became ready is taken for abandoned. @defaultValue 86_400_000 (a day) */
  readonly abandonedAfterMs?: number | undefined;
  /**
   * Age from which a scratch directory is taken for abandoned: longer than any attempt may last.
   * @defaultValue 172_800_000 (two days)
   */
  readonly scratchAbandonedAfterMs?: number | undefined;
  /** How long the row of a deleted artifact is kept. @defaultValue 86_400_000 (a day) */
  readonly keepDeletedMs?: number | undefined;
  /** Age of a dispatch from which the queue is asked whether it has lost it. @defaultValue 30_000 */
  readonly redispatchAfterMs?: number | undefined;
  /** Ages from which ended jobs are removed for good. @defaultValue none: they are kept */
  readonly retention?: RetentionOptions | undefined;
}

/** {@link SweeperOptions}, complete. */
export type SweeperSettings = { readonly [Name in Exclude<keyof SweeperOptions, 'retention'>]-?: number } & {
  readonly retention: RetentionOptions;
};

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` when a number is out of range.
 */
export function resolveSweeperOptions(options: SweeperOptions = {}): SweeperSettings {
  const day = 86_400_000;
  const { intervalMs = 1_000, housekeepingIntervalMs = 3_600_000 } = options;
  const { limit = 500, maxClaims = 20, redispatchAfterMs = 30_000, retention = {} } = options;
  const { abandonedAfterMs = day, scratchAbandonedAfterMs = 2 * day, keepDeletedMs = day } = options;
  const ages = { abandonedAfterMs, scratchAbandonedAfterMs, keepDeletedMs, redispatchAfterMs };
  checkTimes({ intervalMs, housekeepingIntervalMs }, { least: 1 });
  checkWholeNumbers({ limit }, { least: 1, most: 1_000 });
  checkWholeNumbers({ maxClaims }, { least: 1 });
  checkWholeNumbers(ages, { least: 0 });
  return Object.freeze({
    intervalMs,
    housekeepingIntervalMs,
    limit,
    maxClaims,
    ...ages,
    retention: resolveRetention(retention),
  });
}

/** Sweeps until it is closed. One sweep ends before the next begins; one that fails is logged, and the next tries again. */
export function startSweeper(worker: WorkerContext, settings: SweeperSettings): { close(): Promise<void> } {
  const { artifactStore, scratchSpace, logger } = worker;
  const { intervalMs, housekeepingIntervalMs, abandonedAfterMs, scratchAbandonedAfterMs } = settings;
  const abort = new AbortController();
  const { signal } = abort;

  async function every(ms: number, what: string, work: () => Promise<unknown>): Promise<void> {
    while (!signal.aborted) {
      await work().catch((error: unknown) => {
        if (!signal.aborted) logger.error({ err: error }, `${what} failed`);
      });
      await wait(ms, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
    }
  }

  // A queue of one process has lost everything at its start: the first sweeps ask it at once.
  let current: SweepSettings = { ...settings, redispatchAfterMs: 0 };
  // Beside the sweep: a store that is slow to delete must not hold up jobs.
  let deleting: Promise<void> | undefined;
  async function sweepAndDelete(): Promise<void> {
    const { deletable, allAsked } = await sweepOnce(worker, current);
    if (allAsked) current = settings;
    deleting ??= deleteContents(worker, deletable, signal).finally(() => {
      deleting = undefined;
    });
  }

  const loops = [
    every(intervalMs, 'a sweep', sweepAndDelete),
    every(housekeepingIntervalMs, 'the removal of unfinished uploads', () =>
      artifactStore.discardIncomplete({ olderThanMs: abandonedAfterMs, signal }),
    ),
    every(housekeepingIntervalMs, 'the removal of abandoned scratch directories', () =>
      scratchSpace.discardAbandoned({ olderThanMs: scratchAbandonedAfterMs }),
    ),
  ];
  if (Object.keys(settings.retention).length > 0) {
    loops.push(
      every(Math.max(intervalMs, 60_000), 'the removal of old jobs', () => purgeOld(worker, settings, signal)),
    );
  }
  return {
    async close() {
      abort.abort();
      await Promise.all(loops);
      await deleting;
    },
  };
}
