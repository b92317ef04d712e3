import type { JobEvent } from '../job/job-event.ts';

/** An event with its place among the events of all jobs. */
export interface FeedEvent extends JobEvent {
  /** Grows from event to event, not without gaps. Where a reader goes on after it has handled this one. */
  readonly position: number;
}

/**
 * Says that events are missing before it: jobs were purged with their events before the reader came there, or
 * the cursor is none that this database has given (it may have been restored). Whoever follows has to read the jobs
 * anew. Older events of jobs that are kept come before it, so that none of them is missed.
 */
export interface FeedReset {
  readonly type: 'reset';
  /** Where reading goes on. */
  readonly position: number;
}

/** What a reader of the feed gets. */
export type FeedEntry = FeedEvent | FeedReset;

/** Whose events are read. All tenants' are for the host's own use, never for a tenant's eyes. */
export type FeedScope = { readonly tenant: string } | 'all-tenants';

/** Which part of the feed is read. */
export interface FeedRequest {
  readonly scope: FeedScope;
  /** The position up to which the reader has everything; 0 before it has anything. */
  readonly after: number;
  /** Most entries to be read, 1 to 1,000. @defaultValue 500 */
  readonly limit?: number | undefined;
}

/** A part of the feed. */
export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  /** The reader has everything up to here: `after` of its next read. */
  readonly position: number;
  /** Whether there may be more to read at once. */
  readonly hasMore: boolean;
}

/** Names one instance of a consumer. */
export interface ConsumerInstance {
  /** Names the cursor, which all instances of a consumer share. */
  readonly name: string;
  /** Names the instance: no other one has it, also not after a restart. */
  readonly owner: string;
}

/**
 * The events of all jobs, in the order in which readers may rely on: an event that is committed after
 * somebody has read up to a position comes behind that position. Positions are given once, never go
 * back, and keep the order of each job's events. They are given when somebody reads, so that writers
 * never wait for each other: at most 1,000 in a transaction, so that the first who reads after a long time holds up
 * nobody else.
 */
export interface EventFeed {
  /**
   * Reads the events behind `after`, in order. Everything that was committed before the call has a
   * place in what is read; readers that ask at the same time are given the same order. Where events were purged, what
   * is left of those before the last purged one comes first, and a {@link FeedReset} behind it. Of a tenant's feed only
   * the purged events of that tenant count.
   *
   * @throws PubpipeError `INVALID_INPUT` when `after` or `limit` is not one.
   */
  readFeed(request: FeedRequest): Promise<FeedPage>;

  /** The position behind everything that was committed before the call. */
  feedEnd(): Promise<number>;

  /**
   * Makes a cursor, unless there is one of this name: before the first event that is kept, where a reset tells of
   * those that are not, or behind everything that was committed before the call.
   */
  registerConsumer(consumer: { readonly name: string; readonly from: 'start' | 'end' }): Promise<void>;

  /**
   * Takes or renews the right to move the cursor, for `leaseMs` by the database's clock, and answers where
   * it stands. Of all instances one has it; the others get undefined until it is released or its lease is over.
   */
  claimConsumer(
    claim: ConsumerInstance & { readonly leaseMs: number },
  ): Promise<{ readonly position: number } | undefined>;

  /**
   * Moves the cursor from one position to a later one, and renews the lease.
   *
   * @throws PubpipeError `INVALID_INPUT` when it would not move forward.
   * @throws PubpipeError `CLAIM_LOST` when another instance has the cursor, or it stands elsewhere: nothing was written.
   */
  advanceConsumer(
    move: ConsumerInstance & { readonly from: number; readonly to: number; readonly leaseMs: number },
  ): Promise<void>;

  /** Gives the right to move the cursor back, so that another instance may take it at once. Idempotent. */
  releaseConsumer(instance: ConsumerInstance): Promise<void>;

  /**
   * Removes a cursor for good. An instance that holds it loses it: its next move is refused. Answers whether
   * there was one.
   */
  removeConsumer(name: string): Promise<boolean>;
}
