import { checkTimes } from '../errors/check-numbers.ts';
import { cancelled } from '../errors/pubpipe-error.ts';
import { isEndEvent, type JobEvent } from '../job/job-event.ts';
import { isEnded } from '../job/job-status.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import { createBell } from './bell.ts';
import type { PipelineParts } from './pipeline-parts.ts';

/** How to follow a job. */
export interface FollowOptions {
  /** Number of the last event already seen. @defaultValue 0: from the first */
  readonly after?: number | undefined;
  /** Ends the iteration, which then rejects with `CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
  /** How often to look when no notification comes, in milliseconds. @defaultValue the pipeline's `eventPollMs` */
  readonly pollMs?: number | undefined;
}

type Parts = Pick<PipelineParts, 'bus' | 'eventPollMs'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'events' | 'get'>;
};

/** Events that are read at once. */
const pageSize = 500;

/**
 * Yields a job's events, past and future, in order, each once, and ends after the last one once that
 * one has ended the job. Notifications only make it faster: without any, it looks every `pollMs`.
 */
export async function* followEvents(parts: Parts, job: RowId, options: FollowOptions): AsyncGenerator<JobEvent, void> {
  const { signal, pollMs = parts.eventPollMs } = options;
  let after = options.after ?? 0;
  checkTimes({ pollMs }, { least: 1 });
  let { status } = await parts.jobStore.get(job);
  const bell = createBell(signal);
  const unsubscribe = parts.bus.subscribe(({ jobId }) => {
    if (jobId === job.id) bell.ring();
  });
  try {
    for (;;) {
      if (signal?.aborted === true) throw cancelled(signal);
      // Silenced before reading: what is written from now on rings again.
      bell.silence();
      const events = await parts.jobStore.events(job, { after, limit: pageSize });
      for (const event of events) {
        yield event;
        after = event.seq;
      }
      const last = events.at(-1);
      // Behind an end that is not the last event, somebody has retried the job by hand.
      if (last !== undefined && isEndEvent(last.type)) return;
      // It had ended before these events were read, and there are none: the caller has seen them all.
      if (last === undefined && isEnded(status)) return;
      if (events.length === pageSize) continue;
      await bell.rung(pollMs);
      // Events say how the job is. Who finds none has to ask: it may be gone.
      if (last === undefined) ({ status } = await parts.jobStore.get(job));
    }
  } finally {
    unsubscribe();
    bell.close();
  }
}
