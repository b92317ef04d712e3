import { mkdir, open, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isPubpipeError, type JobError, type JobRequest, type JobView, type Pipeline } from '@pubpipe/core';
import { advance, beginProgress, type DocumentProgress } from './document-progress.ts';
import type { DemoDocument } from './documents.ts';

/** How a document ended. */
export interface RunResult {
  readonly name: string;
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly pageCount?: number | undefined;
  readonly pdfBytes?: number | undefined;
  /** From the first claim to the end, in milliseconds. */
  readonly processingMs?: number | undefined;
  readonly attempts?: number | undefined;
  /** Why it failed. */
  readonly failure?: string | undefined;
}

/** What the documents of one run share. */
export interface RunContext {
  readonly pipeline: Pipeline;
  /** Name of the run: the `reference` of its jobs. */
  readonly run: string;
  /** Where the results go: a folder for each document. */
  readonly folder: string;
  /** Cancels what has not ended. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DocumentProgress) => void;
}

/** Takes a document through the whole pipeline: upload, submit, follow, fetch. Never rejects: a failure is a result. */
export async function renderDocument(context: RunContext, document: DemoDocument): Promise<RunResult> {
  let progress = beginProgress(document.name);
  const report = (next: DocumentProgress): void => {
    progress = next;
    context.onProgress(next);
  };
  report(progress);
  try {
    const submitted = await submitDocument(context, document);
    for await (const event of followOrCancel(context, submitted)) report(advance(progress, event));
    const job = await context.pipeline.get(submitted);
    if (job.status === 'completed') {
      await fetchOutputs(context, job, join(context.folder, document.name));
      report({ ...progress, step: 'completed' });
    }
    return toResult(progress, job);
  } catch (error) {
    const status = context.signal.aborted ? 'cancelled' : 'failed';
    const failure = isPubpipeError(error) ? toSentence(error) : (error as Error).message;
    report({ ...progress, step: status, failure });
    return { name: document.name, status, failure };
  }
}

/** Uploads the document and the files beside it, and submits the job. */
async function submitDocument({ pipeline, run, signal }: RunContext, document: DemoDocument): Promise<JobView> {
  const upload = async (name: string): Promise<string> => {
    await using file = await open(join(document.folder, name));
    const { id } = await pipeline.upload({ fileName: basename(name), content: file.createReadStream(), signal });
    return id;
  };
  const { fileName, records } = document;
  const common = {
    assets: await Promise.all(document.assets.map(async (name) => ({ name, artifact: await upload(name) }))),
    reference: run,
    labels: { document: document.name },
  };
  const id = await upload(fileName);
  const request: JobRequest =
    records === undefined
      ? { ...common, document: id, renditions: [{ kind: 'pdf' }, { kind: 'png', dpi: 100 }] }
      : {
          ...common,
          type: 'merge',
          template: id,
          data: { artifact: await upload(records.fileName) },
          name: records.name,
          output: 'both',
          proofs: { records: [1], dpi: 100 },
        };
  return (await pipeline.submit(request)).job;
}

/** Follows a job live to its end. When the run is cancelled before, so is the job. */
async function* followOrCancel({ pipeline, signal }: RunContext, job: JobView) {
  try {
    yield* pipeline.follow(job, { signal });
  } catch (error) {
    if (signal.aborted) await pipeline.cancel(job).catch(ignoreEnded);
    throw error;
  }
}

/** It may have ended just before it could be cancelled. */
function ignoreEnded(error: unknown): void {
  if (!(isPubpipeError(error) && error.code === 'ILLEGAL_TRANSITION')) throw error;
}

async function fetchOutputs({ pipeline, signal }: RunContext, job: JobView, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { records } = job.type === 'merge' ? await pipeline.records(job, { limit: 1_000 }) : { records: [] };
  for (const { name, artifact } of [...job.outputs, ...records.flatMap(({ files }) => files)]) {
    const { body } = await pipeline.download(artifact, { signal });
    await writeFile(join(folder, name), body);
  }
}

function toResult({ name, pageCount }: DocumentProgress, job: JobView): RunResult {
  const { status, attempt: attempts, startedAt, finishedAt, outputs, error } = job;
  return {
    name,
    status: status === 'completed' || status === 'cancelled' ? status : 'failed',
    pageCount,
    pdfBytes: outputs.find(({ artifact }) => artifact.mediaType === 'application/pdf')?.artifact.byteSize,
    processingMs: startedAt === undefined || finishedAt === undefined ? undefined : finishedAt - startedAt,
    attempts,
    failure: error && toSentence(error),
  };
}

/** What went wrong, with the code to look it up by. */
function toSentence({ message, code }: JobError): string {
  return `${message} (${code})`;
}
