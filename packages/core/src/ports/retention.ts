import type { ArtifactState } from '../job/artifact.ts';
import type { Job } from '../job/job.ts';
import type { EndedStatus } from '../job/job-status.ts';
import type { ArtifactKey } from './artifact-key.ts';

/** Which ended jobs `purge` removes. */
export interface PurgeOptions {
  /** Only jobs that ended longer ago than this many milliseconds. */
  readonly olderThanMs: number;
  /** @defaultValue all three */
  readonly statuses?: readonly EndedStatus[] | undefined;
  /** @defaultValue every tenant's */
  readonly tenant?: string | undefined;
  /** Upper bound of jobs, 1 to 10,000. */
  readonly limit: number;
}

/** What one call has removed. */
export interface RemovedJobs {
  readonly jobs: number;
  /** Records of merges: they go before their job. */
  readonly records: number;
  readonly events: number;
  /** Artifacts that nothing else uses; the sweeper deletes their content. */
  readonly artifacts: number;
  /** Bytes of those. */
  readonly bytes: number;
  /** Webhook endpoints: only an erasure of a tenant removes them. */
  readonly webhooks: number;
  readonly webhookDeliveries: number;
}

/** What is to be erased: all that a tenant has, or one of its jobs. */
export interface ErasureScope {
  readonly tenant: string;
  readonly jobId?: string | undefined;
}

/** What there is of a tenant or of a job. */
export interface ErasureReport {
  readonly jobs: number;
  readonly events: number;
  /** Artifacts in use; with a job, only those that no other job uses. */
  readonly artifacts: number;
  /** Bytes of those. */
  readonly bytes: number;
  /** Erased artifacts whose content the sweeper has not deleted yet. */
  readonly contentsToDelete: number;
  /** Bytes of those. */
  readonly bytesToDelete: number;
  /** Rows without names whose content is gone, kept until the sweeper deletes it once more. */
  readonly rowsToDelete: number;
  /** Webhook endpoints; with a job, none. */
  readonly webhooks: number;
  /** What webhooks have been told, or have still to be told; with a job, of that job. */
  readonly webhookDeliveries: number;
}

/** A row as the scrub compares it with the artifact store. */
export interface StoredRow {
  readonly id: string;
  readonly storageKey: ArtifactKey;
  readonly state: ArtifactState;
  readonly byteSize?: number | undefined;
}

/**
 * The part of a job store that removes jobs for good, and tells what is left of them. Content is
 * never deleted here: artifacts go to the sweeper.
 *
 * Events that are purged leave a gap in the feed of their tenant, and in that of all: a reader that had not come
 * past the last of them gets a `reset` there. Erasure leaves none: whoever has not read an erased job's events never does, and misses
 * nothing of other jobs.
 */
export interface RetentionStore {
  /**
   * Removes ended jobs with their events and links, and what webhooks have been told of them; what they have still to
   * be told is sent all the same. Artifacts that nothing else uses go to the sweeper.
   * Bounded by `limit`, and by 1,000 records of merges, which go before their job: it is called again until it has
   * removed fewer jobs than that and no record.
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit or the age is not one.
   */
  purge(options: PurgeOptions): Promise<RemovedJobs>;

  /** Counts what there is of a tenant or of a job, without changing anything. */
  erasureReport(scope: ErasureScope): Promise<ErasureReport>;

  /**
   * Cancels queued and running jobs that are to be erased, at most `limit` (1 to 1,000), and answers which. The
   * claims of their workers are over.
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit is not one.
   */
  cancelForErasure(
    scope: ErasureScope,
    options: { readonly limit: number },
  ): Promise<readonly Pick<Job, 'id' | 'type'>[]>;

  /**
   * Removes ended jobs of the scope, at most `limit` (1 to 1,000), with their events, links and webhook deliveries; with a
   * tenant, also its webhook endpoints, and as many artifacts that no job uses. Names and digests of erased artifacts go at once. Artifacts that
   * another job uses stay. Records of merges go before their job, at most 1,000 with a call. Called again, also after a
   * crash, it goes on; when nothing is left to do it answers zeros.
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit is not one.
   */
  eraseSome(scope: ErasureScope, options: { readonly limit: number }): Promise<RemovedJobs>;

  /** Names the database, the same for ever; a copy of it has the same name. */
  identity(): Promise<string>;

  /** The rows under these keys, in no particular order. At most 1,000 keys. */
  artifactsByKey(keys: readonly ArtifactKey[]): Promise<readonly StoredRow[]>;

  /** Ready artifacts of all tenants in the order of their ids, from the one after `after`. */
  readyArtifacts(options: {
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<readonly StoredRow[]>;
}
