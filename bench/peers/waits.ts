/** How long is waited for the ends of commands that have a broken document among theirs. */
export const brokenWaitMs = 40_000;

/** How long is waited for what becomes of the jobs of killed workers. */
export const killedWorkerWaitMs = 90_000;
