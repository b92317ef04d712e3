import type { SweepAges } from './process-setup.ts';

/** How long a claim is valid without a heartbeat: short, so that a process that stood still wakes up after it. */
export const leaseMs = 2_000;

/**
 * While faults come. A process stands still for less than `abandonedAfterMs`, and that is less than
 * `keepDeletedMs`: what a day is to the defaults, where no process stands still for a day.
 */
export const agesUnderFaults: SweepAges = {
  intervalMs: 250,
  housekeepingIntervalMs: 1_000,
  abandonedAfterMs: 15_000,
  scratchAbandonedAfterMs: 120_000,
  keepDeletedMs: 20_000,
};

/** At the end, when no process is left that could be writing. */
export const lastAges: SweepAges = {
  intervalMs: 50,
  housekeepingIntervalMs: 100,
  abandonedAfterMs: 0,
  scratchAbandonedAfterMs: 0,
  keepDeletedMs: 0,
};

/** How long an upload is kept that no job uses. */
export const uploadExpiresInMs = 60_000;
