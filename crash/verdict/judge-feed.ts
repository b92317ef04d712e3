import type { FeedLine, HandledLine } from '../work/feed-lines.ts';
import type { EventRow } from './read-rows.ts';

/** What is wrong with what a follower has written down, beside the events that there are. Those of erased jobs may be missing or not. */
export function judgeFeed(lines: readonly FeedLine[], events: readonly EventRow[]): readonly string[] {
  const problems: string[] = [];
  const resets = lines.filter(({ type }) => type === 'reset').length;
  if (resets > 0) problems.push(`${resets} resets, where nothing was purged`);
  const repeated = lines.filter(({ position }, index) => position <= (lines[index - 1]?.position ?? 0)).length;
  if (repeated > 0) problems.push(`${repeated} entries were repeated, or came late`);
  const jobs = new Set(events.map((event) => event.job_id));
  const name = (position: number | null, jobId = '', seq = 0) => `${position} ${jobId} ${seq}`;
  const there = new Set(events.map((event) => name(event.position, event.job_id, event.seq)));
  const seen = lines.filter(({ jobId }) => jobId !== undefined && jobs.has(jobId));
  const unknown = seen.filter(({ position, jobId, seq }) => !there.delete(name(position, jobId, seq))).length;
  if (unknown > 0) problems.push(`${unknown} entries are not in the history`);
  if (there.size > 0) problems.push(`${there.size} events were lost, such as ${[...there][0]}`);
  return problems;
}

/** What is wrong with what all instances of the consumer have handled together. */
export function judgeHandled(lines: readonly HandledLine[], events: readonly EventRow[]): readonly string[] {
  const resets = lines.filter(({ type }) => type === 'reset').length;
  const handled = new Set(lines.map(({ type, jobId }) => `${type} ${jobId}`));
  const ends = events.filter(({ type }) => type === 'completed' || type === 'failed' || type === 'cancelled');
  const missed = ends.filter((event) => !handled.has(`${event.type} ${event.job_id}`)).length;
  return [
    ...(resets > 0 ? [`the consumer had ${resets} resets, where nothing was purged`] : []),
    ...(missed > 0 ? [`the consumer has missed ${missed} ends of jobs`] : []),
  ];
}
