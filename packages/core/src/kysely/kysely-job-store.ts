import { type Kysely, sql, type Transaction } from 'kysely';
import type * as Port from '../ports/job-store.ts';
import * as artifactRows from './artifact-rows.ts';
import * as attempt from './attempt-writes.ts';
import * as batches from './batches.ts';
import { cancelJob } from './cancel-job.ts';
import { claimJob } from './claim-job.ts';
import { completeJob } from './complete-job.ts';
import * as consumers from './consumer-cursors.ts';
import type { PubpipeDatabase } from './database.ts';
import * as dispatchRows from './dispatch-rows.ts';
import { cancelForErasure, eraseSome } from './erase.ts';
import { erasureReport } from './erasure-report.ts';
import * as feed from './event-feed.ts';
import { inTurnOf } from './in-turn-of.ts';
import { readJobFiles } from './job-files.ts';
import { checkSchema, migrateJobStore } from './migrate.ts';
import { purgeJobs } from './purge-jobs.ts';
import { queueSize } from './queue-size.ts';
import * as read from './read-jobs.ts';
import * as recordRows from './record-rows.ts';
import { purgeWebhooks } from './remove-webhooks.ts';
import { retryJob } from './retry-job.ts';
import { resolveSchema, type SchemaOptions } from './schema-options.ts';
import { type Connection, type StoreContext, translated } from './store-context.ts';
import * as storedRows from './stored-rows.ts';
import { submitJob } from './submit-job.ts';
import { confirmDeleted, sweep } from './sweep.ts';
import { aliasedNames, insertNames } from './table-names.ts';
import { waitingTenants } from './waiting-tenants.ts';
import * as webhookAttempts from './webhook-attempts.ts';
import * as webhookDeliveries from './webhook-deliveries.ts';
import * as webhookEndpoints from './webhook-endpoints.ts';

/** A transaction of the host's own Kysely instance, whatever its tables. */
// biome-ignore lint/suspicious/noExplicitAny: the host's tables are none of our business.
export type HostTransaction = Transaction<any>;

/** Options of {@link openKyselyJobStore}. */
export interface KyselyJobStoreOptions extends SchemaOptions {
  /** Whether to bring the schema up to date first. @defaultValue false */
  readonly migrate?: boolean | undefined;
}

/**
 * Opens the job store on the application's database.
 *
 * @throws PubpipeError `SCHEMA_OUTDATED` when migrations are missing and `migrate` is not set.
 * @throws PubpipeError `INVALID_INPUT` when the table prefix or the schema is not one.
 * @throws PubpipeError `JOB_STORE_UNAVAILABLE` when the database can't be reached.
 */
export async function openKyselyJobStore(options: KyselyJobStoreOptions): Promise<Port.JobStore<HostTransaction>> {
  const { db, migrate = false } = options;
  const { dialect, tables } = resolveSchema(options);
  if (migrate) await migrateJobStore(options);
  for (const statement of dialect.connectionSetup) await translated(() => sql.raw(statement).execute(db));
  await checkSchema(options);
  const context: StoreContext = {
    db: db.withoutPlugins() as Kysely<PubpipeDatabase>,
    dialect,
    from: aliasedNames(tables),
    into: insertNames(tables),
    madeQueries: new Map(),
  };
  return Object.freeze(bindOperations(context));
}

function bindOperations(context: StoreContext): Port.JobStore<HostTransaction> {
  return {
    beginArtifact: (artifact) => artifactRows.beginArtifact(context, artifact),
    publishArtifact: (tenant, content, options) => artifactRows.publishArtifact(context, tenant, content, options),
    getArtifact: (id) => artifactRows.getArtifact(context, id),
    removeArtifact: (id) => artifactRows.removeArtifact(context, id),
    submit: (job, { transaction } = {}) => {
      const work = () => submitJob(context, job, transaction?.withoutPlugins() as Connection | undefined);
      return transaction === undefined ? work() : inTurnOf(transaction, work);
    },
    get: (id) => read.getJob(context, id),
    list: (filter) => read.listJobs(context, filter),
    events: (job, options = {}) => read.readEvents(context, job, options),
    readFeed: (request) => feed.readFeed(context, request),
    feedEnd: () => feed.feedEnd(context),
    registerConsumer: (consumer) => consumers.registerConsumer(context, consumer),
    claimConsumer: (claim) => consumers.claimConsumer(context, claim),
    advanceConsumer: (move) => consumers.advanceConsumer(context, move),
    releaseConsumer: (instance) => consumers.releaseConsumer(context, instance),
    removeConsumer: (name) => consumers.removeConsumer(context, name),
    queueSize: () => queueSize(context),
    countByStatus: () => read.countByStatus(context),
    claim: (request) => claimJob(context, request),
    heartbeat: (claim, beat) => attempt.heartbeat(context, claim, beat),
    publishPreview: (claim, preview) => attempt.publishPreview(context, claim, preview),
    publishRecords: (claim, records) => recordRows.publishRecords(context, claim, records),
    records: (job, filter = {}) => recordRows.readRecords(context, job, filter),
    endedRecords: (job, options) => recordRows.endedRecords(context, job, options),
    complete: (claim, result) => completeJob(context, claim, result),
    fail: (claim, failure) => attempt.failJob(context, claim, failure),
    release: (claim, options) => attempt.releaseJob(context, claim, options),
    cancel: (id) => cancelJob(context, id),
    batch: (id) => batches.readBatch(context, id),
    cancelSome: (id, options) => batches.cancelSome(context, id, options),
    jobFiles: (scope, options) => readJobFiles(context, scope, options),
    retry: (id) => retryJob(context, id),
    undispatched: (options) => dispatchRows.undispatched(context, options),
    markDispatched: (delivery) => dispatchRows.markDispatched(context, delivery),
    unclaimed: (options) => dispatchRows.unclaimed(context, options),
    redispatch: (delivery) => dispatchRows.redispatch(context, delivery),
    sweep: (options) => sweep(context, options),
    waitingTenants: (options) => waitingTenants(context, options),
    purge: (options) => purgeJobs(context, options),
    erasureReport: (scope) => erasureReport(context, scope),
    cancelForErasure: (scope, options) => cancelForErasure(context, scope, options),
    eraseSome: (scope, options) => eraseSome(context, scope, options),
    identity: () => storedRows.identity(context),
    artifactsByKey: (keys) => storedRows.artifactsByKey(context, keys),
    readyArtifacts: (options) => storedRows.readyArtifacts(context, options),
    confirmDeleted: (content) => confirmDeleted(context, content),
    createWebhook: (endpoint, options) => webhookEndpoints.createWebhook(context, endpoint, options),
    getWebhook: (id) => webhookEndpoints.getWebhook(context, id),
    listWebhooks: (filter) => webhookEndpoints.listWebhooks(context, filter),
    changeWebhook: (id, change) => webhookEndpoints.changeWebhook(context, id, change),
    rotateWebhookSecret: (id, rotation) => webhookEndpoints.rotateWebhookSecret(context, id, rotation),
    removeWebhook: (id) => webhookEndpoints.removeWebhook(context, id),
    addWebhookDeliveries: (message) => webhookDeliveries.addWebhookDeliveries(context, message),
    dueWebhooks: (options) => webhookAttempts.dueWebhooks(context, options),
    claimWebhookDeliveries: (claim) => webhookAttempts.claimWebhookDeliveries(context, claim),
    settleWebhookDelivery: (claim, result) => webhookAttempts.settleWebhookDelivery(context, claim, result),
    listWebhookDeliveries: (filter) => webhookDeliveries.listWebhookDeliveries(context, filter),
    redeliverWebhook: (delivery) => webhookDeliveries.redeliverWebhook(context, delivery),
    purgeWebhooks: (options) => purgeWebhooks(context, options),
  };
}
