import { setImmediate as nextTurn } from 'node:timers/promises';
import { createPipeline, type EventBus, type FeedEntry, type JobStore, type Pipeline } from '@pubpipe/core';
import { type DatabaseKind, type KyselyJobStoreOptions, openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue, createMemoryArtifactStore } from '@pubpipe/core/memory';
import { sql } from 'kysely';
import { onTestFinished } from 'vitest';
import { openDatabase } from './any-database.ts';
import { newDatabase } from './new-database.ts';
import { jobOn, tenant, upload } from './some-jobs.ts';

/** How a test opens a pipeline. */
export interface FeedPipelineOptions {
  readonly bus?: EventBus;
  readonly eventPollMs?: number;
  readonly aroundJobStore?: (store: JobStore) => JobStore;
}

/** A bus that is switched off. */
export const silentBus: EventBus = { publish() {}, subscribe: () => () => undefined, async close() {} };

/** A bus that delivers each notification as often as `times` says. */
export function unreliableBus(times: () => number): EventBus {
  const bus = createInProcessEventBus();
  return {
    ...bus,
    publish(notification) {
      for (let left = times(); left > 0; left -= 1) bus.publish(notification);
    },
  };
}

/** An empty job store in a new database, and pipelines on it, on PostgreSQL each with connections of its own. */
export async function openFeedScene(kind: DatabaseKind) {
  const database = await newDatabase(kind);
  const store = await openStore({ ...database, migrate: true });
  const document = await upload(store);
  const closers: (() => Promise<unknown>)[] = [() => database[Symbol.asyncDispose]()];
  onTestFinished(async () => {
    for (const close of closers.toReversed()) await close();
  });
  const bus = createInProcessEventBus();
  return {
    store,
    bus,
    db: database.db,
    location: database.location,
    async openPipeline(options: FeedPipelineOptions = {}): Promise<Pipeline> {
      // Two connections of one process can't wait for each other where the driver is synchronous.
      const own = kind === 'sqlite' ? undefined : openDatabase(database.location);
      const opened = await openStore(own ?? database);
      const queue = createInProcessQueue();
      const pipeline = createPipeline({
        jobStore: options.aroundJobStore?.(opened) ?? opened,
        artifactStore: createMemoryArtifactStore(),
        queue,
        bus: options.bus ?? bus,
        eventPollMs: options.eventPollMs ?? 20,
      });
      closers.push(async () => {
        await pipeline.close();
        await queue.close();
        await own?.db.destroy();
      });
      return pipeline;
    },
    /** Queues a job, and notifies on `through`. */
    async submit({ owner = tenant, through = bus }: { owner?: string; through?: EventBus } = {}): Promise<string> {
      const artifact = owner === tenant ? document : await upload(store, owner);
      const { job } = await store.submit(jobOn(artifact, { tenant: owner, assets: [] }));
      through.publish({ tenant: owner, jobId: job.id, ended: false });
      return job.id;
    },
    /** A job that runs, and tells what it is told to. */
    async openRunningJob(through: EventBus = bus) {
      const { job } = await store.submit(jobOn(document, { assets: [] }));
      const claimed = await store.claim({ jobId: job.id, owner: 'worker', leaseMs: 600_000 });
      if (claimed === undefined) throw new Error('The job could not be claimed.');
      let pagesDone = 0;
      return {
        id: job.id,
        /** Writes so many events. */
        say: async (count: number): Promise<void> => {
          for (const last = pagesDone + count; pagesDone < last; pagesDone += 1) {
            await store.heartbeat(claimed.claim, { leaseMs: 600_000, progress: { stage: 'exporting', pagesDone } });
            through.publish({ tenant, jobId: job.id, ended: false });
            // The driver of SQLite is synchronous: others get their turn only here.
            await nextTurn();
          }
        },
        /** Ends it by cancelling it. */
        end: async (): Promise<void> => {
          await store.cancel({ tenant, id: job.id });
          through.publish({ tenant, jobId: job.id, ended: true });
        },
      };
    },
    /** Writes `count` events of one job. */
    async writeProgress(count: number, through: EventBus = bus): Promise<string> {
      const { id, say } = await this.openRunningJob(through);
      await say(count);
      return id;
    },
    /** The whole feed as the store has it. */
    async table(scope: { readonly tenant: string } | 'all-tenants' = { tenant }): Promise<readonly FeedEntry[]> {
      const entries: FeedEntry[] = [];
      for (let after = 0; ; ) {
        const page = await store.readFeed({ scope, after });
        entries.push(...page.entries);
        after = page.position;
        if (!page.hasMore) return entries;
      }
    },
  };
}

async function openStore(options: KyselyJobStoreOptions): Promise<JobStore> {
  const store = (await openKyselyJobStore(options)) as JobStore;
  // What survives a loss of power is not what these tests ask, and waiting for the disk is most of what they would do.
  if (options.dialect === 'sqlite') await sql`PRAGMA synchronous = OFF`.execute(options.db);
  return store;
}

/** Follows a pipeline's feed and notes what comes, until it is stopped. */
export function follow(
  feed: AsyncGenerator<FeedEntry, void>,
  pace: (entry: FeedEntry) => Promise<unknown> | undefined = () => undefined,
) {
  const seen: FeedEntry[] = [];
  const ended = (async () => {
    for await (const entry of feed) {
      seen.push(entry);
      await pace(entry);
    }
  })();
  // Whether and how it ended is looked at later, if at all.
  ended.catch(() => undefined);
  return { seen, ended };
}
