import { z } from 'zod';
import { type JobEvent, jobEventTypes } from '../../job/job-event.ts';
import type { FeedEntry } from '../../ports/event-feed.ts';
import { toTime } from '../artifacts/artifact-json.ts';

const eventFields = {
  jobId: z.uuid(),
  seq: z.int().describe('1, 2, 3 … without a gap within the job.'),
  type: z.enum(jobEventTypes),
  data: z.record(z.string(), z.unknown()).describe('Facts of this entry.'),
  createdAt: z.iso.datetime(),
};

/** An entry of a job's history. */
export const eventSchema = z.object(eventFields);

/** A part of a job's history. */
export const eventListSchema = z.object({ events: z.array(eventSchema) });

const position = z.int().describe('Its place among the events of all jobs: `after` of what comes next.');

/** An entry among the events of all jobs; `reset` stands where events are missing, so that jobs have to be read anew. */
export const feedEntrySchema = z.discriminatedUnion('type', [
  z.object({ ...eventFields, position }),
  z.object({ type: z.literal('reset'), position }),
]);

/** A part of the events of all jobs. */
export const feedPageSchema = z.object({
  events: z.array(feedEntrySchema),
  position: z.int().describe('`after` of the next request.'),
  hasMore: z.boolean().describe('Whether there may be more to read at once.'),
});

/** An entry of a job's history, as clients see it. */
export type EventJson = z.output<typeof eventSchema>;

/** An entry among the events of all jobs, as clients see it. */
export type FeedEntryJson = z.output<typeof feedEntrySchema>;

/** An event as clients see it. */
export function writeEvent({ jobId, seq, type, data, createdAt }: JobEvent): EventJson {
  return { jobId, seq, type, data: { ...data }, createdAt: toTime(createdAt) };
}

/** An entry of the feed as clients see it. */
export function writeFeedEntry(entry: FeedEntry): FeedEntryJson {
  const { position: at } = entry;
  return entry.type === 'reset' ? { type: 'reset', position: at } : { ...writeEvent(entry), position: at };
}
