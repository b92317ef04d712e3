import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { patiently } from '../parts/patiently.ts';
import type { StepName } from '../steps/steps.ts';
import { sumOf } from '../verdict/count-orphans.ts';
import { judgeFeed, judgeHandled } from '../verdict/judge-feed.ts';
import { judgeHistory } from '../verdict/judge-history.ts';
import { judgeOrders } from '../verdict/judge-orders.ts';
import { type EventRow, readEvents, readHostOrders, readJobs, readLinks, readRecords } from '../verdict/read-rows.ts';
import type { Expectations } from '../work/expectations.ts';
import type { FeedLine, HandledLine } from '../work/feed-lines.ts';
import { readLines } from '../work/journal.ts';
import { countOrphans, sweepLast } from './last-sweep.ts';
import { purgeAll } from './purge-all.ts';
import type { RoundResult } from './round-result.ts';
import { followerSetup, ordersOf } from './round-setup.ts';
import type { StepStage } from './step-stage.ts';

/** What the end of a round works with. */
export interface EndStage extends StepStage {
  readonly expectations: Expectations;
  readonly onProgress: (what: string) => void;
  readonly followers: number;
  /** Told of each named step at which a process was killed. */
  readonly onKilled: (step: StepName) => void;
}

/** Lets all jobs end, stops all processes, sweeps for the last time, and looks at what is there. */
export async function endRound(stage: EndStage): Promise<Omit<RoundResult, 'broken' | 'kills'>> {
  const { options, parts, crew, scenes, onProgress, expectations } = stage;
  await crew.allResumed();
  await scenes.close();
  await crew.done('submitter', 180_000);
  onProgress('all orders are accepted');
  await untilAllEnded(stage);
  await untilFollowed(stage);
  for (const role of ['worker', 'follower'] as const) {
    await crew.checkAlive(role);
    await crew.finish(role);
  }
  onProgress('all jobs have ended, and all processes');

  const before = await countOrphans(stage);
  const after = await sweepLast(stage);
  onProgress(`orphans before and after the last sweeps: ${JSON.stringify({ before, after })}`);
  const events = await readEvents(parts.db);
  const [jobs, links, records, hostOrders] = [
    await readJobs(parts.db),
    await readLinks(parts.db),
    await readRecords(parts.db),
    await readHostOrders(parts.db),
  ];
  judgeEvents(events, stage);
  const orders = [...ordersOf(options.jobs), ...scenes.orders];
  const verdict = await judgeOrders(
    orders,
    { jobs, events, links, records, hostOrders },
    { pipeline: parts.pipeline, expectations },
  );
  onProgress('all outputs have been read again');
  return {
    ...verdict,
    orphansBefore: sumOf(before),
    orphansAfter: sumOf(after),
    leftAfterPurge: await purgeAll(stage),
    attempts: jobs.reduce((sum, { attempt }) => sum + attempt, 0),
    claimsLost: events.filter(({ type }) => type === 'requeued').length,
    handledAgain: countHandledAgain(stage),
  };
}

/** Waits until no job is queued or running. */
async function untilAllEnded({ parts, options, onBroken }: EndStage): Promise<void> {
  const deadline = performance.now() + 120_000 + options.jobs * 500;
  for (;;) {
    const open = (await patiently(() => readJobs(parts.db))).filter(
      ({ status }) => status === 'queued' || status === 'running',
    );
    if (open.length === 0) return;
    if (performance.now() > deadline) {
      onBroken(`${open.length} jobs have not ended, such as ${JSON.stringify(open[0])}`);
      return;
    }
    await wait(250);
  }
}

/** Waits until the followers have written down the last event. */
async function untilFollowed({ places, parts, followers, onBroken }: EndStage): Promise<void> {
  const end = await patiently(() => parts.jobStore.feedEnd());
  const deadline = performance.now() + 60_000;
  const isThere = (slot: number) =>
    ((readLines(followerSetup(places, slot).feedFile) as FeedLine[]).at(-1)?.position ?? 0) >= end;
  for (let slot = 0; slot < followers; slot += 1) {
    while (!isThere(slot)) {
      if (performance.now() > deadline) {
        onBroken(`follower ${slot} has not come to the end of the feed`);
        return;
      }
      await wait(100);
    }
  }
  // The consumer's cursor stands behind the last end of a job, and may stay behind what it passes over.
  for (;;) {
    const { rows } = await sql<{
      left: number;
    }>`SELECT count(*)::int AS left FROM pubpipe_job_events e, pubpipe_consumers c
      WHERE e.type IN ('completed', 'failed', 'cancelled') AND e.position > c.position`.execute(parts.db);
    if (rows[0]?.left === 0) return;
    if (performance.now() > deadline) {
      onBroken(`the consumer has not come to the end: ${rows[0]?.left} ends of jobs are left`);
      return;
    }
    await wait(100);
  }
}

function judgeEvents(events: readonly EventRow[], { places, followers, onBroken }: EndStage): void {
  for (const [jobId, history] of Map.groupBy(events, (event) => event.job_id)) {
    for (const problem of judgeHistory(history)) onBroken(`the history of job ${jobId}: ${problem}`);
  }
  const setups = Array.from({ length: followers }, (_, slot) => followerSetup(places, slot));
  setups.forEach(({ feedFile }, slot) => {
    for (const problem of judgeFeed(readLines(feedFile) as FeedLine[], events))
      onBroken(`follower ${slot}: ${problem}`);
  });
  const handled = setups.flatMap(({ handledFile }) => readLines(handledFile) as HandledLine[]);
  for (const problem of judgeHandled(handled, events)) onBroken(problem);
}

function countHandledAgain({ places, followers }: EndStage): number {
  const files = Array.from({ length: followers }, (_, slot) => followerSetup(places, slot).handledFile);
  const lines = files.flatMap((file) => readLines(file) as HandledLine[]);
  return lines.length - new Set(lines.map(({ type, jobId, position }) => `${type} ${jobId} ${position}`)).size;
}
