// In seconds. A share of requests within a limit can be read off a histogram only where the limit is a bucket's
// boundary. So each service level is one, the mission's (first) and the tighter one that we hold ourselves to; around
// them the steps are about twofold, since a quantile is guessed within a bucket.

/** Answers of the API: 0.2 and 0.025. From memory to the database to a client that waits (`Prefer: wait`). */
export const httpBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30];

/** Attempts: 30 and 1 for a small job. From a business card of a warm Scribus to a magazine of many hundred pages. */
export const processingBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600];

/** Waits of jobs: 5 and 0.1. From a free worker to a night's batch. */
export const queueWaitBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200];

/** Stages of a render, the shortest of them a few milliseconds: 1 and 30, since none may take longer than its job. */
export const stageBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

/** Attempts to send to webhooks: from a receiver next door to one that takes all the time that it has. */
export const webhookBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];
