import pLimit from 'p-limit';
import { isPubpipeError } from '../errors/pubpipe-error.ts';
import { tryAgain } from '../job/try-again.ts';
import type { Claim, OutputFile } from '../ports/job-store.ts';
import type { Rendition } from '../ports/renderer.ts';
import type { Scratch } from '../ports/scratch-space.ts';
import type { WorkerContext } from './worker-context.ts';

type Context = Pick<WorkerContext, 'jobStore' | 'artifactStore' | 'bus' | 'metrics' | 'transfersPerJob'>;

/** One attempt's uploads. */
export interface RenditionUploads {
  /** Starts to upload a finished rendition. Page images become previews. */
  readonly add: (rendition: Rendition) => void;
  /** Waits for all of them and returns the job's outputs, or rejects with the first failure. */
  finish(): Promise<readonly OutputFile[]>;
  /** Waits until nothing is under way, whether it succeeded or not. */
  settle(): Promise<void>;
}

/** Uploads renditions while others are still being made. The first failure is told to `onFailure`. */
export function startRenditionUploads(
  context: Context,
  parts: { claim: Claim; scratch: Scratch; signal: AbortSignal; onFailure: (error: unknown) => void },
): RenditionUploads {
  const { signal, onFailure } = parts;
  const limit = pLimit(context.transfersPerJob);
  const uploads: Promise<OutputFile>[] = [];
  return {
    add(rendition) {
      const upload = limit(() => uploadWithRetry(context, parts, rendition));
      // Also keeps a failure from being reported as unhandled before `finish` looks at it.
      upload.catch(onFailure);
      uploads.push(upload);
    },
    finish: () => Promise.all(uploads),
    async settle() {
      if (signal.aborted) limit.clearQueue();
      await Promise.allSettled(uploads);
    },
  };
}

/** The file can be read again, so a store that is away for a moment costs no render. */
async function uploadWithRetry(
  context: Context,
  parts: { claim: Claim; scratch: Scratch; signal: AbortSignal },
  rendition: Rendition,
): Promise<OutputFile> {
  return await tryAgain(() => uploadOnce(context, parts, rendition), {
    tries: 3,
    baseDelayMs: 200,
    when: (error) => isPubpipeError(error) && error.code === 'STORE_UNAVAILABLE',
    signal: parts.signal,
  });
}

/** Each try has a row and a key of its own: what a failed one left behind is the sweeper's. */
async function uploadOnce(
  { jobStore, artifactStore, bus, metrics }: Context,
  { claim, scratch, signal }: { claim: Claim; scratch: Scratch; signal: AbortSignal },
  { name, mediaType, byteSize, page }: Rendition,
): Promise<OutputFile> {
  signal.throwIfAborted();
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
