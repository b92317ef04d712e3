import type { ExpressionBuilder } from 'kysely';
import type { PubpipeDatabase } from './database.ts';
import type { StoreContext } from './store-context.ts';

/** The one way in which a job's row becomes queued again: due `delayMs` from now, under a new dispatch. */
export function queuedAgain({ dialect }: StoreContext, eb: ExpressionBuilder<PubpipeDatabase, 'jobs'>, delayMs = 0) {
  return {
    status: 'queued',
    run_at: eb(dialect.now(), '+', delayMs),
    dispatch: eb('jobs.dispatch', '+', 1),
    dispatched_at: null,
    lease_owner: null,
    lease_expires_at: null,
    progress: null,
  };
}

/** How a job's row ends, in whichever state. */
export function ended({ dialect }: StoreContext, status: 'completed' | 'failed' | 'cancelled') {
  return { status, lease_owner: null, lease_expires_at: null, progress: null, finished_at: dialect.now() };
}

/** Why a job is given up whose claims never have an end: it may be what kills its workers. */
export function poisoned(maxClaims: number) {
  const message = `This job was claimed ${maxClaims} times in a row, and no claim had an end.`;
  return { code: 'POISONED', message, details: { maxClaims } } as const;
}
