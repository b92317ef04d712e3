import type { Lane } from '../job/lane.ts';
import type { Delivery } from './job-queue.ts';
import type { TraceContext } from './trace-context.ts';

/** A delivery that is due, with what logs and traces say of its job. The queue is told of the delivery alone. */
export interface DueDelivery extends Delivery {
  readonly tenant: string;
  readonly correlationId?: string | undefined;
  readonly traceContext?: TraceContext | undefined;
}

/** A delivery of a job that waits for a place of its tenant. */
export interface WaitingDelivery extends DueDelivery {
  readonly lane: Lane;
  /** When it became due. */
  readonly runAt: number;
}

/** A tenant with jobs that the queue has not been told of. */
export interface WaitingTenant {
  readonly tenant: string;
  /**
   * Jobs of each lane that are running, or that the queue was told of; `standard` and `interactive`
   * together, each counted to 1,000.
   */
  readonly inFlight: Readonly<Record<Lane, number>>;
  /** Its due jobs that the queue has not been told of: interactive first, then by priority, then the oldest. */
  readonly waiting: readonly WaitingDelivery[];
}

/** How many jobs of one tenant may run at once. */
export interface RunningLimit {
  readonly all: number;
  /** Of the lane `standard`: the others are kept for interactive jobs. */
  readonly standard: number;
}

/** Which tenants `waitingTenants` looks at. */
export interface WaitingTenantsOptions {
  /** Only this one. */
  readonly tenant?: string | undefined;
  /** Only those whose name comes after this one's, by the database's order. */
  readonly after?: string | undefined;
  /** Upper bound of tenants. */
  readonly limit: number;
  /** Upper bound of jobs of each. */
  readonly perTenant: number;
}

/** The part of a job store that tells whose jobs wait, so that dispatch can hold each tenant to its places. */
export interface TenantDispatch {
  /**
   * Tenants with queued jobs that the queue has not been told of, by name, in one statement. What it
   * costs depends on the bounds and not on how many jobs wait, as long as they are due.
   */
  waitingTenants(options: WaitingTenantsOptions): Promise<readonly WaitingTenant[]>;
}
