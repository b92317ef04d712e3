import { PubpipeError } from '../../errors/pubpipe-error.ts';
import { jobStatuses } from '../../job/job-status.ts';
import type { FileScope, JobFileEntry } from '../../ports/batch-store.ts';
import { releasing } from '../../storing/releasing.ts';
import type { PipelineParts } from '../pipeline-parts.ts';
import { archive } from './archive.ts';
import { checkJoinable, joinedPdf } from './joined-pdf.ts';
import type { Joining } from './joining-options.ts';
import { readFiles } from './read-files.ts';
import { toSafeSegment } from './safe-names.ts';
import { titleOfJob } from './title-of-job.ts';

/** In which form files are downloaded: all of them in a zip, or their PDFs as one. */
export type FilesFormat = 'zip' | 'pdf';

/** How to download the files of a job or a batch. */
export interface FilesDownloadOptions {
  /** @defaultValue 'zip' */
  readonly as?: FilesFormat | undefined;
  /** Whether one PDF is made of those jobs that have completed, if there are others. A zip tells what it lacks. @defaultValue false */
  readonly partial?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Files that are being read. */
export interface FilesDownload {
  readonly mediaType: 'application/zip' | 'application/pdf';
  /** A name for it that every system takes: that of the batch, or the job's reference or its document's. */
  readonly fileName: string;
  /** Length in bytes; a zip's is known at its end only. */
  readonly byteSize?: number | undefined;
  /**
   * The bytes, once. One that can't be made to its end rejects before it, so that no part is taken for the whole. Leaving the
   * loop early releases what the read held; so does `return()` of its iterator for a reader that never begins.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

type Parts = Pick<PipelineParts, 'artifactStore' | 'metrics' | 'clock' | 'logger' | 'joining'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'batch' | 'jobFiles' | 'getArtifact'>;
};

/** See `Pipeline.downloadBatch` and `Pipeline.downloadJob`. */
export async function downloadFiles(
  parts: Parts,
  scope: FileScope,
  options: FilesDownloadOptions,
): Promise<FilesDownload> {
  const { fileName, entries, joining } = await begin(parts, scope, options);
  const { signal } = options;
  if (joining === undefined) {
    return { mediaType: 'application/zip', fileName, body: archive(parts, { scope, entries, signal }) };
  }
  const { byteSize, body, close } = await joinedPdf(parts, joining, { entries, signal });
  return { mediaType: 'application/pdf', fileName, byteSize, body: releasing(body, close) };
}

/**
 * Says what a download would be, by the rows alone: no file is read.
 *
 * @throws PubpipeError what the download would throw, unless only the files, the disk or the joiner know.
 */
export async function describeFiles(
  parts: Parts,
  scope: FileScope,
  options: FilesDownloadOptions,
): Promise<Pick<FilesDownload, 'mediaType' | 'fileName'>> {
  const { fileName, entries, joining } = await begin(parts, scope, options);
  if (joining === undefined) return { mediaType: 'application/zip', fileName };
  await checkJoinable(joining, { entries, signal: options.signal });
  return { mediaType: 'application/pdf', fileName };
}

interface BegunDownload {
  readonly fileName: string;
  readonly entries: AsyncIterable<JobFileEntry>;
  /** Absent where a zip is made. */
  readonly joining?: Joining | undefined;
}

/** Checks what is asked for, as far as the first page and the states of the jobs say it. */
async function begin(
  parts: Parts,
  scope: FileScope,
  { as = 'zip', partial = false }: FilesDownloadOptions,
): Promise<BegunDownload> {
  const { joining } = parts;
  if (as === 'pdf' && joining === undefined) {
    throw new PubpipeError('INVALID_INPUT', 'This pipeline joins no PDFs: it was given no `joining`.');
  }
  const { first, all: entries } = await begun(readFiles(parts, scope), scope);
  const fileName = `${toSafeSegment('batch' in scope ? scope.batch : titleOfJob(first.job))}.${as}`;
  if (as === 'zip') return { fileName, entries };
  if (!partial) await checkComplete(parts, scope, first);
  return { fileName, entries, joining };
}

/** Reads the first page, which says whether there is anything. */
async function begun(
  entries: AsyncGenerator<JobFileEntry, void>,
  scope: FileScope,
): Promise<{ readonly first: JobFileEntry; readonly all: AsyncIterable<JobFileEntry> }> {
  const { value: first } = await entries.next();
  if (first === undefined) {
    if ('batch' in scope) {
      throw new PubpipeError('BATCH_NOT_FOUND', `There is no job in a batch "${scope.batch}".`, {
        details: { batch: scope.batch },
      });
    }
    throw new PubpipeError('JOB_NOT_FOUND', `There is no job ${scope.jobId}.`, { details: { jobId: scope.jobId } });
  }
  async function* all(): AsyncGenerator<JobFileEntry, void> {
    if (first !== undefined) yield first;
    yield* entries;
  }
  return { first, all: all() };
}

async function checkComplete({ jobStore }: Parts, scope: FileScope, { job }: JobFileEntry): Promise<void> {
  const counts =
    'batch' in scope ? (await jobStore.batch({ tenant: scope.tenant, id: scope.batch })).counts : { [job.status]: 1 };
  const others = Object.fromEntries(
    jobStatuses.flatMap((status) =>
      status !== 'completed' && (counts[status] ?? 0) > 0 ? [[status, counts[status]]] : [],
    ),
  );
  if (Object.keys(others).length === 0) return;
  throw new PubpipeError(
    'BATCH_INCOMPLETE',
    'Not all jobs have completed: one PDF of the others would lack their pages.',
    {
      details: others,
    },
  );
}
