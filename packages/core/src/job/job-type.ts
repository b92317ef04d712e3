/** The types of jobs that this version knows. */
export const jobTypes = ['render', 'merge'] as const;

/** A type of jobs that this version knows. */
export type JobType = (typeof jobTypes)[number];

/** Whether a job is of a type that this version knows: another one may have written it. */
export function isJobType(type: string): type is JobType {
  return jobTypes.some((known) => known === type);
}
