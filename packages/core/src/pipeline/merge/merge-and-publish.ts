import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { JobView } from '../../job/job.ts';
import type { AssetName } from '../../ports/asset-name.ts';
import type { ClaimedJob, ReportFile } from '../../ports/job-store.ts';
import type { MergeRequest, PreparedMerge } from '../../ports/merger.ts';
import type { Scratch } from '../../ports/scratch-space.ts';
import type { ClaimGuard } from '../claim-guard.ts';
import { countStages } from '../count-stages.ts';
import { materialiseInputs } from '../materialise-inputs.ts';
import type { WorkerContext } from '../worker-context.ts';
import { type EndedRecords, readEndedRecords } from './ended-records.ts';
import { type JoinedRecords, joinRecords } from './join-records.ts';
import { mergeFailure } from './merge-failure.ts';
import { type MergePayload, parseMergePayload } from './merge-job.ts';
import { MergeProgress } from './merge-progress.ts';
import { uploadMergeReport } from './merge-report.ts';
import { proofPrefix } from './proof-files.ts';
import { RecordPublisher } from './record-publisher.ts';

/** What an attempt works with. */
interface MergeAttempt {
  readonly guard: ClaimGuard;
  readonly scratch: Scratch;
  /** What the job has to say if it fails: files that are whole. */
  readonly reports: ReportFile[];
}

/** The life of a merge at a worker: fetch, go on behind what is published, render and publish, join, report, complete. */
export async function mergeAndPublish(
  worker: WorkerContext,
  claimed: ClaimedJob,
  { guard, scratch, reports }: MergeAttempt,
): Promise<void> {
  const { jobStore, tracer } = worker;
  const { claim, job } = claimed;
  const { signal } = guard;
  const payload = parseMergePayload(job);
  const [merger, joiner] = programsFor(worker, payload);
  const template = await tracer.inSpan({ name: 'pubpipe.materialise' }, () =>
    materialiseInputs(worker, { job, payload, scratch, signal }),
  );
  guard.report({ stage: 'opening' });
  const ended = await readEndedRecords(worker, job, signal);
  const request = toRequest(job, payload, { template, scratch });
  const merge = await merger.prepare(request, { signal });
  const circumstances = { mode: payload.onRecordError, job, retryPolicy: worker.retryPolicy };
  // An attempt before may have been stopped by a record, and lost before it could say so.
  const stopped = payload.onRecordError === 'stop' && ended.failed > 0;
  if (!stopped) {
    await tracer.inSpan({ name: 'pubpipe.render' }, () =>
      publishDocuments(worker, claimed, { guard, scratch, merge, ended }),
    );
  }
  // The next job renders while this one's files are joined and uploaded.
  const uploadsEnd = worker.uploadsBegin();
  try {
    const failure = mergeFailure(ended, circumstances);
    // Half a book looks like a whole one.
    const join = failure === undefined && joiner !== undefined ? { claim, job, joiner, signal } : undefined;
    const joining = join && tracer.inSpan({ name: 'pubpipe.join' }, () => joinRecords(worker, join));
    // A job that fails has its report all the same.
    const [settled] = await Promise.allSettled([joining]);
    const joined = settled.status === 'fulfilled' ? settled.value : undefined;
    const report = { claim, job, payload, facts: merge.facts, data: request.data.fileName, joined, signal };
    reports.push(await tracer.inSpan({ name: 'pubpipe.report' }, () => uploadMergeReport(worker, report)));
    if (failure !== undefined) throw failure;
    if (settled.status === 'rejected') throw settled.reason;
    // After this no heartbeat can come behind the completion. Whether the claim still holds, the fence knows.
    await guard.stop();
    signal.throwIfAborted();
    await tracer.inSpan({ name: 'pubpipe.complete' }, () =>
      jobStore.complete(claim, {
        outputs: joined === undefined ? [] : [joined.output],
        reports,
        summary: summaryOf(merge, ended, joined),
      }),
    );
  } finally {
    uploadsEnd();
  }
}

/** What does the work. A worker without a merger claims no merges. */
function programsFor({ merger, pdfJoiner }: WorkerContext, { output }: MergePayload) {
  if (merger === undefined) throw new PubpipeError('RENDERER_UNAVAILABLE', 'This worker has no merger.');
  if (output === 'records') return [merger, undefined] as const;
  if (pdfJoiner === undefined) {
    throw new PubpipeError(
      'RENDERER_UNAVAILABLE',
      'This worker can make no file of all records: it has no PDF joiner.',
    );
  }
  return [merger, pdfJoiner] as const;
}

function toRequest(
  job: JobView,
  payload: MergePayload,
  { template, scratch }: { readonly template: AssetName; readonly scratch: Scratch },
): MergeRequest {
  const { documentName: _document, output: _output, data, onRecordError, proofs, ...asked } = payload;
  const { name: file, ...written } = data;
  const fileName = job.assets.find((asset) => asset.name === file)?.artifact.fileName ?? file;
  const { inputDirectory, outputDirectory } = scratch;
  return {
    ...asked,
    inputDirectory,
    outputDirectory,
    template,
    data: { file, fileName, ...written },
    stopOnError: onRecordError === 'stop',
    proofs: proofs && { records: proofs.records, rendition: { kind: 'png', dpi: proofs.dpi, prefix: proofPrefix } },
  };
}

interface Documents extends Pick<MergeAttempt, 'guard' | 'scratch'> {
  readonly merge: PreparedMerge;
  readonly ended: EndedRecords;
}

/** Renders the records that have not ended, and publishes each when it is whole. */
async function publishDocuments(
  worker: WorkerContext,
  { claim }: ClaimedJob,
  { guard, scratch, merge, ended }: Documents,
): Promise<void> {
  const { signal } = guard;
  const progress = new MergeProgress(worker.clock, merge.facts.wanted, guard.report);
  progress.update(ended);
  const publisher = new RecordPublisher(worker, {
    claim,
    scratch,
    signal,
    onFailure: (error) => guard.abort(error),
    onPublished({ first, last, status, error }) {
      ended.add({ first, last }, status, error && { ...error, record: first });
      progress.update(ended);
    },
  });
  try {
    for await (const document of merge.documents({ signal, isDone: ended.has })) {
      if (document.status === 'rendered') countStages(worker, document.result);
      // What would fail all of them is no failure of one.
      else if (document.error.code === 'OUTPUT_UNWRITABLE') throw document.error;
      await publisher.add(document);
    }
    await publisher.finish();
  } catch (error) {
    guard.abort(error);
    throw error;
  } finally {
    // What is whole is published, so that the next attempt need not make it again. The fence knows whether it may be.
    await publisher.close();
  }
}

function summaryOf({ facts }: PreparedMerge, { rendered, failed }: EndedRecords, joined: JoinedRecords | undefined) {
  const { format, encoding, delimiter, records, wanted } = facts;
  const data = { format, encoding, delimiter, records };
  return { records: { total: wanted, rendered, failed }, data, ...(joined && { pageCount: joined.pageCount }) };
}
