import { isPubpipeError, toPubpipeError } from '../errors/pubpipe-error.ts';
import { decideRetry } from '../job/retry-policy.ts';
import type { ClaimedJob } from '../ports/job-store.ts';
import type { AttemptOutcome } from '../ports/metrics.ts';
import type { WorkerContext } from './worker-context.ts';

type Context = Pick<WorkerContext, 'jobStore' | 'dispatcher' | 'logger' | 'retryPolicy'>;

/** Writes down why an attempt did not complete its job, and says how it ended. */
export async function settleFailure(
  context: Context,
  claimed: ClaimedJob,
  { error, shutdown }: { readonly error: unknown; readonly shutdown: AbortSignal },
): Promise<AttemptOutcome> {
  try {
    const code = isPubpipeError(error) ? error.code : 'INTERNAL';
    if (code === 'CLAIM_LOST') return await outcomeElsewhere(context, claimed);
    // Our own end, or the renderer's, is not the job's fault.
    if (code === 'CLOSED' || (code === 'CANCELLED' && shutdown.aborted)) return await handBack(context, claimed);
    return await reportFailure(context, claimed, error);
  } catch (unwritten) {
    if (isPubpipeError(unwritten) && unwritten.code === 'CLAIM_LOST') return await outcomeElsewhere(context, claimed);
    throw unwritten;
  }
}

async function handBack({ jobStore, dispatcher }: Context, { claim }: ClaimedJob): Promise<AttemptOutcome> {
  await jobStore.release(claim);
  dispatcher.dispatchIn(0);
  return 'requeued';
}

async function reportFailure(
  { jobStore, dispatcher, logger, retryPolicy }: Context,
  { claim, job }: ClaimedJob,
  error: unknown,
): Promise<AttemptOutcome> {
  const { code, message, details } = toPubpipeError(error, 'INTERNAL', 'The worker failed in a way it does not know.');
  const crashed = code === 'RENDERER_CRASHED';
  const crashCount = job.crashCount + (crashed ? 1 : 0);
  const failures = job.failures + 1;
  const decision = decideRetry({ code, failures, crashCount, maxAttempts: job.maxAttempts }, retryPolicy);
  const facts = { err: error, jobId: job.id, attempt: claim.attempt, code };
  if (decision.retry) {
    logger.warn({ ...facts, delayMs: decision.delayMs }, 'an attempt failed and will be followed by another');
    await jobStore.fail(claim, { code, message, details, crashed, retryInMs: decision.delayMs });
    dispatcher.dispatchIn(decision.delayMs);
    return 'requeued';
  }
  logger.warn(facts, 'a job failed');
  if (decision.code === code) await jobStore.fail(claim, { code, message, details, crashed });
  else {
    const given = `The job was given up after ${crashCount} crashes of the renderer. ${message}`;
    await jobStore.fail(claim, {
      code: decision.code,
      message: given,
      details: { ...details, lastCode: code },
      crashed,
    });
  }
  return 'failed';
}

/** The claim is over because somebody else wrote the row: what it says now is how the attempt ended. */
async function outcomeElsewhere({ jobStore, logger }: Context, { claim, job }: ClaimedJob): Promise<AttemptOutcome> {
  const now = await jobStore.get({ tenant: job.tenant, id: job.id });
  if (now.attempt !== claim.attempt) return 'lost';
  if (now.status === 'cancelled' || now.status === 'completed') return now.status;
  logger.warn({ jobId: job.id, attempt: claim.attempt }, 'a claim was lost');
  return 'lost';
}
