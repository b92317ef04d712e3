import type { OursPlace } from './ours.ts';
import type { PgBossPlace } from './pg-boss.ts';
import type { BullMQPlace } from './raw-bullmq.ts';

/** Queues that are compared. */
export const queueNames = ['ours', 'bullmq', 'pg-boss'] as const;

/** One of them. */
export type QueueName = (typeof queueNames)[number];

/** Where a queue lives: a database and a prefix of its own. */
export type QueuePlace = OursPlace & BullMQPlace & PgBossPlace;

/**
 * How it is set up: for many short jobs, as it comes, or to take up the jobs of a killed worker as soon as it
 * sensibly lets itself be told, which is after 5 s, and 10 s for pg-boss.
 */
export type Setting = 'fast' | 'default' | 'quick-recovery';

/** Jobs under way at once. */
export const concurrency = 8;

/** One way to hand jobs over and to work them. */
export interface QueueSubject {
  /** Hands a job over, and resolves when it is safe. Jobs of the same name may be handed over again and again. */
  submit(job: string): Promise<void>;
  /** Works jobs in this process; `work` is given a job's name. */
  startWorker(work: (job: string) => Promise<void>): Promise<void>;
  /** Whether no job waits or is being worked, as the queue itself says. */
  isSettled(): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens one of them. Only what it needs is loaded. */
export async function openQueueSubject(name: QueueName, place: QueuePlace, setting: Setting): Promise<QueueSubject> {
  return await open[name](place, setting);
}

const open: Readonly<Record<QueueName, (place: QueuePlace, setting: Setting) => Promise<QueueSubject>>> = {
  ours: async (...args) => (await import('./ours.ts')).openOurs(...args),
  bullmq: async (...args) => (await import('./raw-bullmq.ts')).openRawBullMQ(...args),
  'pg-boss': async (...args) => (await import('./pg-boss.ts')).openPgBoss(...args),
};
