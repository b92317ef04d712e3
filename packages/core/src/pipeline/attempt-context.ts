import type { ClaimedJob } from '../ports/job-store.ts';
import { withFacts } from '../ports/logger.ts';
import type { Span, SpanDescription } from '../ports/tracer.ts';
import type { WorkerContext } from './worker-context.ts';

/** What an attempt works with: each line it logs says whose it is, and each span it begins is within its own. */
export function attemptContext(worker: WorkerContext, { claim, job }: ClaimedJob, span: Span): WorkerContext {
  const { id: jobId, tenant, correlationId } = job;
  const logger = withFacts(worker.logger, { jobId, tenant, attempt: claim.attempt, correlationId });
  return Object.freeze({ ...worker, logger, tracer: span });
}

/** The span of an attempt: caused by who submitted the job, whichever attempt it is. */
export function attemptSpan({ claim, job, waitedMs }: ClaimedJob, startedAt: number): SpanDescription {
  return {
    name: 'pubpipe.attempt',
    kind: 'consumer',
    parent: job.traceContext,
    startedAt,
    attributes: {
      'pubpipe.job.id': job.id,
      'pubpipe.job.type': job.type,
      'pubpipe.job.attempt': claim.attempt,
      'pubpipe.job.waited_ms': waitedMs,
      'pubpipe.tenant': job.tenant,
      'pubpipe.correlation_id': job.correlationId,
    },
  };
}
