import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { throwIfCancelled } from '../errors/pubpipe-error.ts';
import { unlessAborted } from '../errors/unless-aborted.ts';
import { isEndEvent, type JobEvent } from '../job/job-event.ts';
import { isEnded } from '../job/job-status.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import type { FeedEntry } from '../ports/event-feed.ts';
import { attachBuffer } from './attach-buffer.ts';
import { type Bell, createBell } from './bell.ts';
import { FeedBuffer } from './feed-buffer.ts';
import type { FeedReader } from './feed-reader.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import type { RollCall } from './roll-call.ts';

/** How to follow a job. */
export interface FollowOptions {
  /** Number of the last event already seen. @defaultValue 0: from the first */
  readonly after?: number | undefined;
  /** Ends the iteration, which then rejects with `CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
}

/** What following a job takes. */
export type FollowParts = Pick<PipelineParts, 'bus'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'events' | 'get'>;
  readonly reader: FeedReader;
  readonly rollCall: RollCall;
};

/** Nothing has to be done by then: it is what keeps a process alive that waits for events. */
const restMs = 60_000;
/** Events that are read at once, and that wait in memory for a slow follower. */
const pageSize = 500;

/**
 * Yields a job's events, past and future, in order, each once, and ends after the last one once that
 * one has ended the job. What is past is read from the store; what comes is handed on by the one reader that all
 * followers of a process share, so that a follower for whom nothing happens costs nothing.
 */
export async function* followEvents(
  parts: FollowParts,
  job: RowId,
  { after = 0, signal }: FollowOptions,
): AsyncGenerator<JobEvent, void> {
  checkWholeNumbers({ after }, { least: 0 });
  const past = new PastEvents(parts, job, { after, signal });
  // One that has ended takes no place at the reader.
  yield* past.read();
  if (past.hasEnded) return;
  const bell = createBell(signal);
  const doubts = watchForEnd(parts, job, bell);
  let buffer: FeedBuffer | undefined;
  try {
    for (;;) {
      const own = new FeedBuffer({
        scope: { tenant: job.tenant, jobId: job.id },
        capacity: pageSize,
        onChange: bell.ring,
      });
      await attachBuffer(parts.reader, own, (work) => unlessAborted(work(), signal));
      if (buffer !== undefined) parts.reader.detach(buffer);
      buffer = own;
      // What came before the reader had the buffer; behind it nothing can be missed.
      doubts.raise();
      while (!own.hasOverflowed) {
        throwIfCancelled(signal);
        bell.silence();
        if (doubts.settle()) yield* past.read();
        for (const entry of own.take().entries) yield* past.add(entry);
        if (past.hasEnded) return;
        if (!own.hasOverflowed) await bell.rung(restMs);
      }
    }
  } finally {
    if (buffer !== undefined) parts.reader.detach(buffer);
    doubts.close();
    bell.close();
  }
}

/** What a follower has seen of a job, and what the store has beyond that. */
class PastEvents {
  readonly #parts: FollowParts;
  readonly #job: RowId;
  readonly #signal: AbortSignal | undefined;
  #after: number;
  #hasEnded = false;

  constructor(parts: FollowParts, job: RowId, { after, signal }: { after: number; signal: AbortSignal | undefined }) {
    this.#parts = parts;
    this.#job = job;
    this.#after = after;
    this.#signal = signal;
  }

  /** Whether the last event that was seen has ended the job. Behind an end that is not the last, somebody has retried it by hand. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Yields what the store has. Who finds nothing is told whether the job has ended, or is gone. */
  async *read(): AsyncGenerator<JobEvent, void> {
    const { jobStore } = this.#parts;
    // Asked before the events: whatever ends it meanwhile is among them.
    const { status } = await unlessAborted(jobStore.get(this.#job), this.#signal);
    const before = this.#after;
    for (;;) {
      const page = { after: this.#after, limit: pageSize };
      const events = await unlessAborted(jobStore.events(this.#job, page), this.#signal);
      for (const event of events) yield* this.add(event);
      if (events.length < pageSize) break;
    }
    if (this.#after === before) this.#hasEnded = isEnded(status);
  }

  /** Yields an entry unless it was seen before. */
  *add(entry: FeedEntry | JobEvent): Generator<JobEvent, void> {
    if (entry.type === 'reset' || entry.seq <= this.#after) return;
    const { tenant, jobId, seq, type, data, createdAt } = entry;
    yield { tenant, jobId, seq, type, data, createdAt };
    this.#after = seq;
    this.#hasEnded = isEndEvent(type);
  }
}

/**
 * Says when the store has to be asked: when somebody says that the job has ended, since one that is erased then has no
 * event of it any more, and when its turn has come, in case nobody was heard.
 */
function watchForEnd({ bus, rollCall }: FollowParts, job: RowId, bell: Bell) {
  let isInDoubt = false;
  const raise = (): void => {
    isInDoubt = true;
    bell.ring();
  };
  const unsubscribe = bus.subscribe(({ jobId, ended }) => {
    if (ended && jobId === job.id) raise();
  });
  const leave = rollCall.join(raise);
  return {
    raise,
    /** Whether there was doubt since the last time. */
    settle(): boolean {
      const wasInDoubt = isInDoubt;
      isInDoubt = false;
      return wasInDoubt;
    },
    close(): void {
      unsubscribe();
      leave();
    },
  };
}
