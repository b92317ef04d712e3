import { isPubpipeError } from '../errors/pubpipe-error.ts';
import { tryAgain } from '../job/try-again.ts';
import type { Claim, OutputFile } from '../ports/job-store.ts';
import type { Rendition } from '../ports/renderer.ts';
import type { Scratch } from '../ports/scratch-space.ts';
import { BackgroundUploads } from '../storing/background-uploads.ts';
import type { WorkerContext } from './worker-context.ts';

type Context = Pick<WorkerContext, 'jobStore' | 'artifactStore' | 'bus' | 'metrics' | 'transfersPerJob'>;

/** What all uploads of an attempt have in common. */
interface AttemptParts {
  readonly claim: Claim;
  readonly scratch: Scratch;
}

/** One attempt's uploads. */
export interface RenditionUploads {
  /** Starts to upload a finished rendition. Page images become previews. */
  readonly add: (rendition: Rendition) => void;
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
        uploadWithRetry(context, parts, { rendition, signal: uploadSignal });
      // Not awaited: the files are on disk, and the renderer goes on. `finish` reports what fails.
      uploads.start(rendition.byteSize, upload).catch(() => undefined);
    },
    finish: () => uploads.all(),
  };
}

interface OneUpload {
  readonly rendition: Rendition;
  readonly signal: AbortSignal;
}

/** The file can be read again, so a store that is away for a moment costs no render. */
async function uploadWithRetry(context: Context, parts: AttemptParts, upload: OneUpload): Promise<OutputFile> {
  return await tryAgain(() => uploadOnce(context, parts, upload), {
    tries: 3,
    baseDelayMs: 200,
    when: (error) => isPubpipeError(error) && error.code === 'STORE_UNAVAILABLE',
    signal: upload.signal,
  });
}

/** Each try has a row and a key of its own: what a failed one left behind is the sweeper's. */
async function uploadOnce(
  { jobStore, artifactStore, bus, metrics }: Context,
  { claim, scratch }: AttemptParts,
  { rendition, signal }: OneUpload,
): Promise<OutputFile> {
  signal.throwIfAborted();
  const { name, mediaType, byteSize, page } = rendition;
  const { tenant, jobId } = claim;
  const fileName = name.slice(name.lastIndexOf('/') + 1);
  const artifact = await jobStore.beginArtifact({ tenant, kind: 'rendition', fileName, mediaType });
  const { sha256 } = await artifactStore.put(artifact.storageKey, scratch.readOutput(name), {
    mediaType,
    signal,
    expected: { byteSize },
  });
  metrics.artifactBytes({ direction: 'in', bytes: byteSize });
  const output = { artifactId: artifact.id, byteSize, sha256, name };
  if (page === undefined) return output;
  await jobStore.publishPreview(claim, { ...output, page });
  bus.publish({ tenant, jobId, ended: false });
  return { ...output, page };
}
