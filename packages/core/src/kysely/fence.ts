import type { ExpressionBuilder, QueryCreator, UpdateObject } from 'kysely';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { Claim } from '../ports/job-store.ts';
import type { RaisedJob } from './append-event.ts';
import type { PubpipeDatabase } from './database.ts';
import type { Connection, StoreContext } from './store-context.ts';

type JobChange = (eb: ExpressionBuilder<PubpipeDatabase, 'jobs'>) => UpdateObject<PubpipeDatabase, 'jobs'>;

/** The fence: changes the job's row only while this attempt holds it, and reserves an event number. */
export function changeFenced(
  { dialect, from }: StoreContext,
  db: QueryCreator<PubpipeDatabase>,
  claim: Claim,
  change: JobChange,
) {
  return db
    .updateTable(from.jobs)
    .set((eb) => ({ event_seq: eb('jobs.event_seq', '+', 1), updated_at: dialect.now(), ...change(eb) }))
    .where('jobs.id', '=', claim.jobId)
    .where('jobs.tenant', '=', claim.tenant)
    .where('jobs.status', '=', 'running')
    .where('jobs.attempt', '=', claim.attempt)
    .returning(['id', 'tenant', 'event_seq']);
}

/**
 * Does that in a transaction.
 *
 * @throws PubpipeError `CLAIM_LOST` when the attempt is over.
 */
export async function fenced(
  context: StoreContext,
  trx: Connection,
  claim: Claim,
  change: JobChange,
): Promise<RaisedJob> {
  const row = await changeFenced(context, trx, claim, change).executeTakeFirst();
  if (row !== undefined) return row;
  throw claimLost(claim);
}

/** The error for an attempt that is over. */
export function claimLost(claim: Claim): PubpipeError {
  const { attempt, jobId } = claim;
  return new PubpipeError('CLAIM_LOST', `Attempt ${attempt} of job ${jobId} is over.`, { details: { ...claim } });
}
