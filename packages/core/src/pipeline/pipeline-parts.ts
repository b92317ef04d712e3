import { checkTimes, checkWholeNumbers } from '../errors/check-numbers.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { JobStore } from '../ports/job-store.ts';
import { type Logger, silentLogger } from '../ports/logger.ts';
import { type Metrics, noMetrics } from '../ports/metrics.ts';
import type { ObjectImports } from '../ports/object-imports.ts';

/** What a pipeline is made of. Everything is passed in, and stays open when the pipeline is closed. */
export interface PipelineOptions<Transaction = never> {
  readonly jobStore: JobStore<Transaction>;
  readonly artifactStore: ArtifactStore;
  readonly queue: JobQueue;
  readonly bus: EventBus;
  /** Makes artifacts of objects that are there already; S3's store is one. @defaultValue none: nothing is imported */
  readonly objectImports?: ObjectImports | undefined;
  /** How long an upload is kept that no job uses, in milliseconds. @defaultValue 86_400_000 (a day) */
  readonly uploadExpiresInMs?: number | undefined;
  /** Longest time one message to the queue may take, in milliseconds. @defaultValue 2_000 */
  readonly enqueueTimeoutMs?: number | undefined;
  /** How often subscribers and consumers look for events when no notification comes, in milliseconds. @defaultValue 5_000 */
  readonly eventPollMs?: number | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
  /** @defaultValue writes nothing */
  readonly logger?: Logger | undefined;
  /** @defaultValue counts nothing */
  readonly metrics?: Metrics | undefined;
}

/** {@link PipelineOptions}, complete. */
export type PipelineParts<Transaction = never> = {
  readonly [Name in Exclude<keyof PipelineOptions, 'objectImports'>]-?: Exclude<
    PipelineOptions<Transaction>[Name],
    undefined
  >;
} & Pick<PipelineOptions, 'objectImports'>;

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` when a number is out of range.
 */
export function resolvePipelineOptions<Transaction>(options: PipelineOptions<Transaction>): PipelineParts<Transaction> {
  const { jobStore, artifactStore, queue, bus, objectImports } = options;
  const { uploadExpiresInMs = 86_400_000, enqueueTimeoutMs = 2_000, eventPollMs = 5_000 } = options;
  const { clock = systemClock, logger = silentLogger, metrics = noMetrics } = options;
  checkWholeNumbers({ uploadExpiresInMs }, { least: 1 });
  checkTimes({ enqueueTimeoutMs, eventPollMs }, { least: 1 });
  return Object.freeze({
    jobStore,
    artifactStore,
    queue,
    bus,
    objectImports,
    uploadExpiresInMs,
    enqueueTimeoutMs,
    eventPollMs,
    clock,
    logger,
    metrics,
  });
}
