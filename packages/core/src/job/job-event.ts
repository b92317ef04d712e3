/**
 * The kinds of entries in a job's history. `retrying` is a failed attempt with another to come,
 * `requeued` a lost lease or a hand-back, `retried` a retry by hand.
 */
export const jobEventTypes = [
  'queued',
  'started',
  'progress',
  'preview',
  'retrying',
  'requeued',
  'retried',
  'completed',
  'failed',
  'cancelled',
] as const;

/** The kind of an entry in a job's history. */
export type JobEventType = (typeof jobEventTypes)[number];

/** One entry of a job's history. */
export interface JobEvent {
  readonly tenant: string;
  readonly jobId: string;
  /** 1, 2, 3 … without a gap within the job. */
  readonly seq: number;
  readonly type: JobEventType;
  /** Facts of this entry: plain JSON. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Whether the job has ended with this entry (a retry by hand may still follow). */
export function isEndEvent(type: JobEventType): boolean {
  return type === 'completed' || type === 'failed' || type === 'cancelled';
}
