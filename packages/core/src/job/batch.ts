import type { ErrorCode } from '../errors/error-traits.ts';
import type { JobStatus } from './job-status.ts';

/** The jobs of a tenant that were submitted under the same `batch`, as a whole. Times are milliseconds since 1970. */
export interface Batch {
  /** The caller's own name for it. */
  readonly id: string;
  /** Whose it is. */
  readonly tenant: string;
  /** How many jobs it has. */
  readonly total: number;
  /** How many of them are in each state. */
  readonly counts: Readonly<Record<JobStatus, number>>;
  /** How many have failed, by the code of their error. */
  readonly errors: Readonly<Partial<Record<ErrorCode, number>>>;
  /** When its first job was submitted. */
  readonly createdAt: number;
  /** When the last job ended; absent while one has not. */
  readonly finishedAt?: number | undefined;
}
