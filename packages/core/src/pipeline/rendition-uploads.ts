import { isPubpipeError } from '../errors/pubpipe-error.ts';
import type { WrittenContent } from '../ports/artifact-rows.ts';
import type { Claim, OutputFile, PreviewFile, ReportFile } from '../ports/job-store.ts';
import type { Rendition } from '../ports/renditions.ts';
import type { Scratch } from '../ports/scratch-space.ts';
import { BackgroundUploads } from '../storing/background-uploads.ts';
import { type JobReport, uploadReport } from './job-reports.ts';
import { tryUpload, uploadFile } from './upload-file.ts';
import type { WorkerContext } from './worker-context.ts';

type Context = Pick<
  WorkerContext,
  'jobStore' | 'artifactStore' | 'bus' | 'logger' | 'metrics' | 'tracer' | 'transfersPerJob'
>;

/** What all uploads of an attempt have in common. */
interface AttemptParts {
  readonly claim: Claim;
  readonly scratch: Scratch;
}

/** One attempt's uploads. */
export interface RenditionUploads {
  /** Starts to upload a finished rendition. Page images become previews. */
  readonly add: (rendition: Rendition) => void;
  /** Uploads reports about the render; rejects when one can't be stored. */
  readonly report: (reports: readonly JobReport[]) => Promise<readonly ReportFile[]>;
  /** Waits until none is under way and returns the job's outputs, or rejects with the first failure. */
  readonly finish: () => Promise<readonly OutputFile[]>;
}

/** Uploads renditions while others are still being made. The first failure is told to `onFailure` and ends the rest. */
export function startRenditionUploads(
  context: Context,
  parts: AttemptParts & { readonly signal: AbortSignal; readonly onFailure: (error: unknown) => void },
): RenditionUploads {
  const { signal, onFailure } = parts;
  const uploads = new BackgroundUploads<OutputFile>({ maxUploads: context.transfersPerJob, signal, onFailure });
  return {
    add(rendition) {
      const upload = (uploadSignal: AbortSignal) =>
        traced(context, rendition, () => uploadWithRetry(context, parts, { rendition, signal: uploadSignal }));
      // Not awaited: the files are on disk, and the renderer goes on. `finish` reports what fails.
      uploads.start(rendition.byteSize, upload).catch(() => undefined);
    },
    report: (reports) =>
      Promise.all(
        reports.map((report) =>
          traced(context, report, () =>
            tryUpload(signal, () => uploadReport(context, parts.claim, { report, signal })),
          ),
        ),
      ),
    finish: () => uploads.all(),
  };
}

/** One span for all tries of an upload. */
async function traced<File extends WrittenContent>(
  { logger, tracer }: Context,
  { name }: { readonly name: string },
  upload: () => Promise<File>,
): Promise<File> {
  return await tracer.inSpan({ name: 'pubpipe.upload', attributes: { 'pubpipe.file.name': name } }, async (span) => {
    const file = await upload();
    span.setAttributes({ 'pubpipe.file.bytes': file.byteSize });
    logger.debug({ name, byteSize: file.byteSize }, 'a file was uploaded');
    return file;
  });
}

interface OneUpload {
  readonly rendition: Rendition;
  readonly signal: AbortSignal;
}

/** The file can be read again, so a store that is away for a moment costs no render. */
const uploadWithRetry = (context: Context, parts: AttemptParts, upload: OneUpload): Promise<OutputFile> =>
  tryUpload(upload.signal, () => uploadOnce(context, parts, upload));

/** Each try has a row and a key of its own: what a failed one left behind is the sweeper's. */
async function uploadOnce(context: Context, parts: AttemptParts, upload: OneUpload): Promise<OutputFile> {
  const { name, page } = upload.rendition;
  const output = { ...(await uploadFile(context, parts, upload)), name };
  if (page === undefined) return output;
  await showPreview(context, parts.claim, { ...output, page });
  return { ...output, page };
}

/** A preview that can't be shown is an output all the same: it costs no render. */
async function showPreview({ jobStore, bus, logger }: Context, claim: Claim, preview: PreviewFile): Promise<void> {
  const { tenant, jobId } = claim;
  try {
    await jobStore.publishPreview(claim, preview);
    bus.publish({ tenant, jobId, ended: false });
  } catch (error) {
    if (!(isPubpipeError(error) && error.code === 'JOB_STORE_UNAVAILABLE')) throw error;
    logger.warn({ err: error, page: preview.page }, 'the preview of a page could not be shown');
  }
}
