/** The lanes of a tenant's jobs, the one that goes first at the beginning. */
export const lanes = ['interactive', 'standard'] as const;

/**
 * In which lane a job waits: `interactive` when a person looks at the screen until it is done, as for a
 * preview, else `standard`. It says who waits, while a priority orders the jobs of a lane.
 */
export type Lane = (typeof lanes)[number];

/** More than two priorities can be apart. */
const laneHeight = 2_001;

/** The priority of a job's deliveries: in the queue, every interactive job goes before every other. */
export function deliveryPriority({ lane, priority }: { readonly lane: Lane; readonly priority: number }): number {
  return lane === 'interactive' ? priority + laneHeight : priority;
}
