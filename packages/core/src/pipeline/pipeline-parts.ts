import { checkTimes, checkWholeNumbers } from '../errors/check-numbers.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { JobStore } from '../ports/job-store.ts';
import { type Logger, silentLogger } from '../ports/logger.ts';
import { type Metrics, noMetrics } from '../ports/metrics.ts';
import type { ObjectImports } from '../ports/object-imports.ts';
import { noTracer, type Tracer } from '../ports/tracer.ts';
import { type Joining, type JoiningOptions, resolveJoining } from './files/joining-options.ts';
import { placesOf, type TenantPlaces } from './pick-fairly.ts';

/** What a pipeline is made of. Everything is passed in, and stays open when the pipeline is closed. */
export interface PipelineOptions<Transaction = never> {
  readonly jobStore: JobStore<Transaction>;
  readonly artifactStore: ArtifactStore;
  readonly queue: JobQueue;
  readonly bus: EventBus;
  /** Makes artifacts of objects that are there already; S3's store is one. @defaultValue none: nothing is imported */
  readonly objectImports?: ObjectImports | undefined;
  /** How PDFs of a job or a batch are joined for a download. @defaultValue none: they are downloaded as a zip only */
  readonly joining?: JoiningOptions | undefined;
  /** How long an upload is kept that no job uses, in milliseconds. @defaultValue 86_400_000 (a day) */
  readonly uploadExpiresInMs?: number | undefined;
  /** Longest time one message to the queue may take, in milliseconds. @defaultValue 2_000 */
  readonly enqueueTimeoutMs?: number | undefined;
  /** How often subscribers, consumers and those who follow a job look for events when no notification comes, in milliseconds. @defaultValue 5_000 */
  readonly eventPollMs?: number | undefined;
  /**
   * How many jobs of one tenant may run at once, 1 to 1,000, for all or by tenant; no more of them wait in the queue,
   * so that they are not before other tenants' jobs. A quarter of the places, rounded up, is for jobs in the lane
   * `interactive` only, unless it is one place. All processes of a job store have to say the same: those that dispatch
   * keep to it, and a worker claims no job beyond it, however many dispatch at the same moment.
   * @defaultValue no limit: jobs go to the queue as they come
   */
  readonly maxRunningPerTenant?: TenantPlaces | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
  /** @defaultValue writes nothing */
  readonly logger?: Logger | undefined;
  /** @defaultValue counts nothing */
  readonly metrics?: Metrics | undefined;
  /** `@pubpipe/core/opentelemetry` makes one. @defaultValue traces nothing */
  readonly tracer?: Tracer | undefined;
}

/** {@link PipelineOptions}, complete. */
export type PipelineParts<Transaction = never> = {
  readonly [Name in Exclude<keyof PipelineOptions, 'objectImports' | 'maxRunningPerTenant' | 'joining'>]-?: Exclude<
    PipelineOptions<Transaction>[Name],
    undefined
  >;
} & Pick<PipelineOptions, 'objectImports' | 'maxRunningPerTenant'> & { readonly joining: Joining | undefined };

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` when a number is out of range.
 */
export function resolvePipelineOptions<Transaction>(options: PipelineOptions<Transaction>): PipelineParts<Transaction> {
  const { jobStore, artifactStore, queue, bus, objectImports, maxRunningPerTenant, joining } = options;
  const { uploadExpiresInMs = 86_400_000, enqueueTimeoutMs = 2_000, eventPollMs = 5_000 } = options;
  const { clock = systemClock, logger = silentLogger, metrics = noMetrics, tracer = noTracer } = options;
  checkWholeNumbers({ uploadExpiresInMs }, { least: 1 });
  if (typeof maxRunningPerTenant === 'number') placesOf(maxRunningPerTenant, '');
  checkTimes({ enqueueTimeoutMs, eventPollMs }, { least: 1 });
  return Object.freeze({
    jobStore,
    artifactStore,
    queue,
    bus,
    objectImports,
    maxRunningPerTenant,
    joining: joining && resolveJoining(joining),
    uploadExpiresInMs,
    enqueueTimeoutMs,
    eventPollMs,
    clock,
    logger,
    metrics,
    tracer,
  });
}
