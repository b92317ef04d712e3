/**
 * What a job that has not ended does: it is due and waits (`queued`), it is due later, since it was submitted so or
 * is to be tried again (`delayed`), or it runs. A job is in one of them.
 */
export const queueStates = ['queued', 'delayed', 'running'] as const;

/** What a job that has not ended does. */
export type QueueState = (typeof queueStates)[number];

/** How many jobs have not ended. */
export type QueueSize = Readonly<Record<QueueState, number>>;
