import type { JobEventType } from '@pubpipe/core';
import type { EventRow } from './read-rows.ts';

type State = 'new' | 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

/** From which states an event may come, and to which it leads; undefined: to the same. */
const moves: Readonly<Record<JobEventType, readonly [from: readonly State[], to?: State]>> = {
  queued: [['new'], 'queued'],
  started: [['queued'], 'running'],
  progress: [['running']],
  preview: [['running']],
  retrying: [['running'], 'queued'],
  requeued: [['running'], 'queued'],
  completed: [['running'], 'completed'],
  failed: [['running'], 'failed'],
  cancelled: [['queued', 'running'], 'cancelled'],
  retried: [['failed', 'cancelled'], 'queued'],
};

/**
 * What is wrong with the history of one job. A process that wakes up after its lease and still writes something would be seen here:
 * as an event of an attempt that is over.
 */
export function judgeHistory(events: readonly EventRow[]): readonly string[] {
  const problems: string[] = [];
  let state: State = 'new';
  let attempt = 0;
  events.forEach(({ seq, type, data }, index) => {
    if (seq !== index + 1) problems.push(`event ${seq} is number ${index + 1}`);
    const [from, to] = moves[type];
    if (!from.includes(state)) problems.push(`"${type}" (${seq}) while ${state}`);
    if (type === 'started') attempt += 1;
    if (data.attempt !== undefined && data.attempt !== attempt) {
      problems.push(`"${type}" (${seq}) of attempt ${data.attempt} during attempt ${attempt}`);
    }
    state = to ?? state;
  });
  let last = 0;
  for (const { position, seq } of events) {
    if (position === null) problems.push(`event ${seq} has no position`);
    else if (position <= last) problems.push(`event ${seq} stands before the one before it`);
    last = position ?? last;
  }
  return problems;
}
