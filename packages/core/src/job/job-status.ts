/** The states a job can be in. */
export const jobStatuses = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;

/** The state of a job. */
export type JobStatus = (typeof jobStatuses)[number];

/**
 * The legal transitions: `queued` again from `running` is a retry, a lost lease or a hand-back;
 * from `failed` or `cancelled` it is a retry by hand.
 */
export const jobTransitions = {
  queued: ['running', 'cancelled', 'failed'],
  running: ['completed', 'failed', 'cancelled', 'queued'],
  completed: [],
  failed: ['queued'],
  cancelled: ['queued'],
} as const satisfies Readonly<Record<JobStatus, readonly JobStatus[]>>;

/** Whether a job may go from one state to the other. */
export function isLegalTransition(from: JobStatus, to: JobStatus): boolean {
  const targets: readonly JobStatus[] = jobTransitions[from];
  return targets.includes(to);
}

/** The states in which a job has ended. */
export const endedStatuses = ['completed', 'failed', 'cancelled'] as const satisfies readonly JobStatus[];

/** A state in which a job has ended. */
export type EndedStatus = (typeof endedStatuses)[number];

/** Whether nothing happens to a job in this state unless somebody asks for it. */
export function isEnded(status: JobStatus): boolean {
  const ended: readonly JobStatus[] = endedStatuses;
  return ended.includes(status);
}

/** The states that somebody may cancel a job from. */
export const cancellableStatuses = jobStatuses.filter((from) => isLegalTransition(from, 'cancelled'));

/** The states that somebody may retry a job from by hand. */
export const retryableStatuses = jobStatuses.filter((from) => isEnded(from) && isLegalTransition(from, 'queued'));
