import pLimit from 'p-limit';
import type { DeletableContent } from '../ports/artifact-rows.ts';
import type { PipelineParts } from './pipeline-parts.ts';

type Context = Pick<PipelineParts, 'artifactStore' | 'logger'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'confirmDeleted'>;
};

const atOnce = 8;
const timeoutMs = 60_000;

/** Deletes content that nobody needs. One that can't be deleted keeps no other: it comes again with a later sweep. */
export async function deleteContents(
  { artifactStore, jobStore, logger }: Context,
  contents: readonly DeletableContent[],
  signal: AbortSignal,
): Promise<void> {
  await pLimit(atOnce).map(contents, async (content) => {
    if (signal.aborted) return;
    try {
      const bound = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      await artifactStore.delete(content.storageKey, { signal: bound });
      await jobStore.confirmDeleted(content);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn({ err: error, artifactId: content.artifactId }, 'the content of an artifact could not be deleted');
    }
  });
}
