import { afterEach, beforeEach, describe } from 'vitest';
import type { JobStore } from '../ports/job-store.ts';
import { describeArtifactRows } from './job-store/artifact-rows.ts';
import { describeBatches } from './job-store/batches.ts';
import { describeCancelling } from './job-store/cancelling.ts';
import { describeClaiming } from './job-store/claiming.ts';
import { describeCompleting } from './job-store/completing.ts';
import { describeConsumerCursors } from './job-store/consumer-cursors.ts';
import { describeContention } from './job-store/contention.ts';
import { describeDispatching } from './job-store/dispatching.ts';
import { describeErasing } from './job-store/erasing.ts';
import { describeEventFeed } from './job-store/event-feed.ts';
import { describeExpiring } from './job-store/expiring.ts';
import { describeFailing } from './job-store/failing.ts';
import { describeFeedOrder } from './job-store/feed-order.ts';
import { describeFeedRetention } from './job-store/feed-retention.ts';
import { describeFence } from './job-store/fence.ts';
import { describeHistory } from './job-store/history.ts';
import { describeIdempotency } from './job-store/idempotency.ts';
import { createJobStoreScene, type JobStoreScene } from './job-store/job-store-scene.ts';
import { describeListing } from './job-store/listing.ts';
import { describePreviews } from './job-store/previews.ts';
import { describePurging } from './job-store/purging.ts';
import { describeRandomLives } from './job-store/random-lives.ts';
import { describeReading } from './job-store/reading.ts';
import { describeRecordRetention } from './job-store/record-retention.ts';
import { describeRecords } from './job-store/records.ts';
import { describeRecovering } from './job-store/recovering.ts';
import { describeRemovingMeanwhile } from './job-store/removing-meanwhile.ts';
import { describeRetrying } from './job-store/retrying.ts';
import { describeRunningLimits } from './job-store/running-limits.ts';
import { describeSubmitting } from './job-store/submitting.ts';
import { describeTenantDispatch } from './job-store/tenant-dispatch.ts';
import { describeTransactions } from './job-store/transactions.ts';
import { describeTransitions } from './job-store/transitions.ts';
import { describeWebhookAttempts } from './job-store/webhook-attempts.ts';
import { describeWebhookDeliveries } from './job-store/webhook-deliveries.ts';
import { describeWebhookEndpoints } from './job-store/webhook-endpoints.ts';
import { describeWebhookRetention } from './job-store/webhook-retention.ts';

/** An empty job store, opened for one test. */
export interface OpenedJobStore<Transaction = unknown> {
  readonly store: JobStore<Transaction>;
  /** Reads the same tables through a connection of its own; absent when the database has but one. */
  readonly onlooker?: JobStore<Transaction> | undefined;
  /**
   * Works on the same tables through connections of its own, as another process does; absent when
   * two connections of one process can't wait for each other, as with a synchronous driver.
   */
  readonly elsewhere?: JobStore<Transaction> | undefined;
  /** Runs `work` in a transaction of the application's own, which rolls back when `work` rejects. */
  readonly inTransaction: <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;
  /** Moves the clock by which the store compares leases, due times and expiry. */
  readonly advanceTime: (ms: number) => Promise<void> | void;
  /** Closes what was opened and removes what it held. */
  readonly close: () => Promise<void>;
}

/** What each group of tests is given. */
export interface JobStoreSubject {
  /** The store of the running test, and what tests do with it again and again. */
  readonly scene: () => JobStoreScene;
}

/**
 * Registers the tests that every {@link JobStore} passes, one for each promise of the port.
 *
 * The store's clock must stand still but for `advanceTime`, or at least run so little during a test
 * that a lease of a minute does not expire.
 */
export function describeJobStore<Transaction>(name: string, open: () => Promise<OpenedJobStore<Transaction>>): void {
  describe(`${name} keeps the promises of a job store`, () => {
    let current: JobStoreScene | undefined;
    beforeEach(async () => {
      // No test looks into a transaction: each only hands it back to the store that it came from.
      const opened: OpenedJobStore = await open();
      current = createJobStoreScene(opened);
    });
    afterEach(async () => {
      await current?.close();
      current = undefined;
    });
    const scene = (): JobStoreScene => {
      if (current === undefined) throw new Error('A store is open only while a test runs.');
      return current;
    };
    const groups = [
      describeArtifactRows,
      describeSubmitting,
      describeIdempotency,
      describeTransactions,
      describeReading,
      describeListing,
      describeClaiming,
      describeFence,
      describePreviews,
      describeCompleting,
      describeFailing,
      describeCancelling,
      describeBatches,
      describeRetrying,
      describeTransitions,
      describeDispatching,
      describeRecovering,
      describeExpiring,
      describeHistory,
      describeEventFeed,
      describeFeedOrder,
      describeFeedRetention,
      describeConsumerCursors,
      describeContention,
      describeTenantDispatch,
      describeRunningLimits,
      describePurging,
      describeErasing,
      describeRemovingMeanwhile,
      describeRandomLives,
      describeRecords,
      describeRecordRetention,
      describeWebhookEndpoints,
      describeWebhookDeliveries,
      describeWebhookAttempts,
      describeWebhookRetention,
    ];
    for (const describeGroup of groups) describeGroup({ scene });
  });
}
