import type { JobView } from '../job/job.ts';
import type { NewJob, SubmittedJob } from '../ports/job-store.ts';
import { readTraceContext, type TraceContext } from '../ports/trace-context.ts';
import type { SpanDescription } from '../ports/tracer.ts';
import type { Dispatcher } from './dispatcher.ts';
import { type MergeJobRequest, parseMergeJob } from './merge/merge-job.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { parseRenderJob, type RenderJobRequest } from './render-job.ts';

/** What a job of any type is asked for with. Without a `type` it is a render. */
export type JobRequest = RenderJobRequest | MergeJobRequest;

/** How to submit a job. */
export interface SubmitOptions<Transaction = never> {
  /** The caller's own, which the job commits with. @defaultValue one of the job store's own */
  readonly transaction?: Transaction | undefined;
  /** Where the trace of the caller's request goes on, unless a span is active: then it goes on there. */
  readonly traceContext?: TraceContext | undefined;
}

/** What `submit` answers. */
export interface Submission {
  readonly job: JobView;
  /** False when the idempotency key had been used for the same request before. */
  readonly created: boolean;
  /**
   * Tells the queue of the job; to be called once the caller's own transaction is committed. Without
   * a transaction it has been done. Never rejects; forgotten, the next sweep does it. After a rollback it does no harm.
   * Before the commit it does none either, but the job may then wait until a sweep asks the queue of it.
   */
  readonly dispatch: () => Promise<void>;
}

type Parts<Transaction> = Pick<PipelineParts<Transaction>, 'jobStore' | 'bus' | 'clock' | 'tracer'> & {
  readonly dispatcher: Pick<Dispatcher, 'dispatch' | 'dispatchIn'>;
};

/** See `Pipeline.submit`. */
export async function submit<Transaction>(
  { dispatcher, ...parts }: Parts<Transaction>,
  request: JobRequest,
  options: SubmitOptions<Transaction>,
): Promise<Submission> {
  const { job, created, delivery } = await write(parts, parseJob(request), options);
  const dispatch = async (): Promise<void> => {
    parts.bus.publish({ tenant: job.tenant, jobId: job.id, ended: false });
    if (!created) return;
    const waitMs = job.runAt - parts.clock.now();
    if (waitMs > 0) dispatcher.dispatchIn(waitMs);
    else await dispatcher.dispatch(delivery);
  };
  // Not awaited: the caller's answer does not wait for the queue, and `dispatch` never rejects.
  if (options.transaction === undefined) void dispatch();
  return { job, created, dispatch };
}

const parseJob = (request: JobRequest): NewJob =>
  request?.type === 'merge' ? parseMergeJob(request) : parseRenderJob(request);

/** The trace goes on in the job's row: a worker, now or later, finds it there. */
async function write<Transaction>(
  { jobStore, tracer }: Pick<PipelineParts<Transaction>, 'jobStore' | 'tracer'>,
  job: NewJob,
  { transaction, traceContext }: SubmitOptions<Transaction>,
): Promise<SubmittedJob> {
  const given = readTraceContext(traceContext);
  return await tracer.inSpan(submitSpan(job, given), async (span) => {
    const submitted = await jobStore.submit({ ...job, traceContext: span.traceContext ?? given }, { transaction });
    span.setAttributes({ 'pubpipe.job.id': submitted.job.id, 'pubpipe.job.created': submitted.created });
    return submitted;
  });
}

const submitSpan = ({ tenant, type }: NewJob, given: TraceContext | undefined): SpanDescription => ({
  name: 'pubpipe.submit',
  // Where the application traces its requests, its span knows the client's trace already, and lies between the two.
  defaultParent: given,
  attributes: { 'pubpipe.tenant': tenant, 'pubpipe.job.type': type },
});
