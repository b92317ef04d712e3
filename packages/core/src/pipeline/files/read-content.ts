import { isPubpipeError } from '../../errors/pubpipe-error.ts';
import type { Artifact, ReadyArtifact } from '../../job/artifact.ts';
import type { PipelineParts } from '../pipeline-parts.ts';

/** What reads the content of files. */
export type ContentParts = Pick<PipelineParts, 'artifactStore' | 'metrics'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'getArtifact'>;
};

/**
 * Opens the content of a job's file, checked on the way by its digest. Answers undefined when the file was removed meanwhile:
 * that its row says so too tells it from content that is lost.
 */
export async function readContent(
  { artifactStore, jobStore, metrics }: ContentParts,
  artifact: ReadyArtifact,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  try {
    const { body, byteSize } = await artifactStore.get(artifact.storageKey, {
      verify: { sha256: artifact.sha256 },
      signal,
    });
    metrics.artifactBytes({ direction: 'out', bytes: byteSize });
    return body;
  } catch (error) {
    if (isPubpipeError(error) && error.code === 'ARTIFACT_NOT_FOUND' && (await isRemoved(jobStore, artifact))) {
      return undefined;
    }
    throw error;
  }
}

/** Whether the content of a file is there to be read. */
export const isReady = (artifact: Artifact): artifact is ReadyArtifact => artifact.state === 'ready';

async function isRemoved(jobStore: ContentParts['jobStore'], { tenant, id }: Artifact): Promise<boolean> {
  try {
    await jobStore.getArtifact({ tenant, id });
    return false;
  } catch (error) {
    if (isPubpipeError(error) && ['ARTIFACT_NOT_FOUND', 'ARTIFACT_EXPIRED'].includes(error.code)) return true;
    throw error;
  }
}
