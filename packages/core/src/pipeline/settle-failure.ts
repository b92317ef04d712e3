import { type ErrorCode, isErrorCode } from '../errors/error-traits.ts';
import { isPubpipeError, PubpipeError } from '../errors/pubpipe-error.ts';
import { decideRetry, isOutage } from '../job/retry-policy.ts';
import type { Claim, ClaimedJob, ReportFile } from '../ports/job-store.ts';
import type { AttemptOutcome } from '../ports/metrics.ts';
import { preflightOf, preflightReport, uploadReport } from './job-reports.ts';
import type { WorkerContext } from './worker-context.ts';

type Context = Pick<
  WorkerContext,
  | 'jobStore'
  | 'artifactStore'
  | 'dispatcher'
  | 'logger'
  | 'metrics'
  | 'retryPolicy'
  | 'maxClaims'
  | 'closing'
  | 'leaseMs'
>;

const maxReportMs = 10_000;

/** How the work of an attempt ended. */
interface FailedWork {
  readonly error: unknown;
  readonly shutdown: AbortSignal;
  /** What the work has uploaded to say more about it. */
  readonly reports: readonly ReportFile[];
}

/** Writes down why an attempt did not complete its job, and says how it ended. */
export async function settleFailure(
  context: Context,
  claimed: ClaimedJob,
  { error, shutdown, reports }: FailedWork,
): Promise<AttemptOutcome> {
  try {
    const failure = toReportable(error);
    if (failure.code === 'CLAIM_LOST') return await outcomeElsewhere(context, claimed);
    if (isOurEnd(failure.code, context.closing, shutdown)) return await handBack(context, claimed);
    return await reportFailure(context, claimed, { failure, own: reports });
  } catch (unwritten) {
    if (isPubpipeError(unwritten) && unwritten.code === 'CLAIM_LOST') return await outcomeElsewhere(context, claimed);
    throw unwritten;
  }
}

/**
 * Whether an attempt ended because this worker does. A service manager tells the renderer's processes
 * to end at the same time as the worker: their death is then no fault of the job.
 */
function isOurEnd(code: ErrorCode, closing: AbortSignal, shutdown: AbortSignal): boolean {
  if (shutdown.aborted && code === 'CANCELLED') return true;
  return closing.aborted && (code === 'RENDERER_CRASHED' || code === 'RENDERER_UNAVAILABLE');
}

async function handBack({ jobStore, dispatcher, maxClaims }: Context, { claim }: ClaimedJob): Promise<AttemptOutcome> {
  const status = await jobStore.release(claim, { maxClaims });
  if (status === 'failed') return status;
  dispatcher.dispatchIn(0);
  return 'requeued';
}

async function reportFailure(
  context: Context,
  { claim, job }: ClaimedJob,
  { failure, own }: { readonly failure: PubpipeError; readonly own: readonly ReportFile[] },
): Promise<AttemptOutcome> {
  const { jobStore, dispatcher, logger, retryPolicy, maxClaims } = context;
  const { code, message } = failure;
  const { preflight: _, ...ownDetails } = failure.details;
  const reports = [...own, ...(await uploadReports(context, claim, failure))];
  const details = toPlainJson(preflightOf(failure.details) === undefined ? failure.details : ownDetails);
  const crashed = code === 'RENDERER_CRASHED';
  const crashCount = job.crashCount + (crashed ? 1 : 0);
  const [failures, lostClaims] = [job.failures + 1, job.lostClaims + 1];
  const decision = decideRetry(
    { code, failures, crashCount, maxAttempts: job.maxAttempts, lostClaims, maxClaims },
    retryPolicy,
  );
  const why = { crashed, isOutage: isOutage(code), reports };
  const facts = { err: failure, code };
  if (decision.retry) {
    await jobStore.fail(claim, { code, message, details, ...why, retryInMs: decision.delayMs });
    logger.warn({ ...facts, delayMs: decision.delayMs }, 'an attempt failed and will be followed by another');
    dispatcher.dispatchIn(decision.delayMs);
    return 'requeued';
  }
  const given = `The job was given up after ${crashCount} crashes of the renderer. ${message}`;
  await jobStore.fail(
    claim,
    decision.code === code
      ? { code, message, details, ...why }
      : { code: decision.code, message: given, details: { ...details, lastCode: code }, ...why },
  );
  logger.warn(facts, 'a job failed');
  return 'failed';
}

/**
 * Uploads what the document check found, so that the failed job has it. The failure is written down
 * all the same when that fails, and before the lease ends: nobody renews it any more.
 */
async function uploadReports(context: Context, claim: Claim, failure: PubpipeError): Promise<readonly ReportFile[]> {
  const preflight = preflightOf(failure.details);
  if (preflight === undefined) return [];
  try {
    const signal = AbortSignal.timeout(Math.min(maxReportMs, context.leaseMs / 3));
    return [await uploadReport(context, claim, { report: preflightReport(preflight), signal })];
  } catch (error) {
    context.logger.warn({ err: error }, 'the report about a failed job could not be stored');
    return [];
  }
}

/** Converts what was thrown to an error of ours: one that is closed too early, or that this version does not know, is none. */
function toReportable(error: unknown): PubpipeError {
  if (isPubpipeError(error) && error.code === 'CLOSED') {
    return new PubpipeError('RENDERER_UNAVAILABLE', 'Something that the worker needs has been closed.', {
      cause: error,
    });
  }
  if (isPubpipeError(error) && isErrorCode(error.code)) return error;
  return new PubpipeError('INTERNAL', 'The worker failed in a way it does not know.', { cause: error });
}

/** Details as a row can keep them: what JSON does not know becomes text, and what can't be written is left out. */
function toPlainJson(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details)) {
    try {
      const text = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
      if (text !== undefined) plain[name] = JSON.parse(text);
    } catch {
      // A cycle: the failure is more important than this detail of it.
    }
  }
  return plain;
}

/** An erased job was cancelled before. */
function unlessErased(error: unknown): undefined {
  if (!(isPubpipeError(error) && error.code === 'JOB_NOT_FOUND')) throw error;
}

/** The claim is over because somebody else wrote the row: what it says now is how the attempt ended. */
async function outcomeElsewhere({ jobStore, logger }: Context, { claim, job }: ClaimedJob): Promise<AttemptOutcome> {
  const now = await jobStore.get({ tenant: job.tenant, id: job.id }).catch(unlessErased);
  if (now === undefined) return 'cancelled';
  if (now.attempt !== claim.attempt) return 'lost';
  if (now.status === 'cancelled' || now.status === 'completed') return now.status;
  logger.warn({}, 'a claim was lost');
  return 'lost';
}
