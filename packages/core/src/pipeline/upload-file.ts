import { isPubpipeError } from '../errors/pubpipe-error.ts';
import { tryAgain } from '../job/try-again.ts';
import type { WrittenContent } from '../ports/artifact-rows.ts';
import type { Claim } from '../ports/job-store.ts';
import type { Rendition } from '../ports/renditions.ts';
import type { Scratch } from '../ports/scratch-space.ts';
import type { WorkerContext } from './worker-context.ts';

/** A file of the output directory that is uploaded. */
interface FileUpload {
  readonly rendition: Pick<Rendition, 'name' | 'byteSize'> & { readonly mediaType: string };
  /** What the artifact is called. @defaultValue the file's name */
  readonly fileName?: string | undefined;
  readonly signal: AbortSignal;
}

/** Uploads a file of the output directory. What makes it visible is a transaction of its attempt. */
export async function uploadFile(
  { jobStore, artifactStore, metrics }: Pick<WorkerContext, 'jobStore' | 'artifactStore' | 'metrics'>,
  { claim: { tenant }, scratch }: { readonly claim: Claim; readonly scratch: Pick<Scratch, 'readOutput'> },
  { rendition: { name, mediaType, byteSize }, fileName = name, signal }: FileUpload,
): Promise<WrittenContent> {
  signal.throwIfAborted();
  const ownName = fileName.slice(fileName.lastIndexOf('/') + 1);
  const artifact = await jobStore.beginArtifact({ tenant, kind: 'rendition', fileName: ownName, mediaType });
  const { sha256 } = await artifactStore.put(artifact.storageKey, scratch.readOutput(name), {
    mediaType,
    signal,
    expected: { byteSize },
  });
  metrics.artifactBytes({ direction: 'in', bytes: byteSize });
  return { artifactId: artifact.id, byteSize, sha256 };
}

/** The file can be read again, so a store that is away for a moment costs no render. */
export const tryUpload = <File>(signal: AbortSignal, upload: () => Promise<File>): Promise<File> =>
  tryAgain(upload, {
    tries: 3,
    baseDelayMs: 200,
    when: (error) => isPubpipeError(error) && /^(JOB_)?STORE_UNAVAILABLE$/.test(error.code),
    signal,
  });
