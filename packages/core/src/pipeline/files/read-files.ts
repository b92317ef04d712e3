import type { FileScope, JobFileEntry, JobFilePosition } from '../../ports/batch-store.ts';
import type { PipelineParts } from '../pipeline-parts.ts';

/** Entries of one page. */
const pageSize = 500;

/** Reads the files of a scope page by page, each when it is needed. */
export async function* readFiles(
  { jobStore }: { readonly jobStore: Pick<PipelineParts['jobStore'], 'jobFiles'> },
  scope: FileScope,
): AsyncGenerator<JobFileEntry, void> {
  let after: JobFilePosition | undefined;
  for (;;) {
    const page = await jobStore.jobFiles(scope, { limit: pageSize, after });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = { jobId: last.job.id, file: last.file };
  }
}
