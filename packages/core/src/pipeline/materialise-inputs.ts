import pLimit from 'p-limit';
import type { Artifact } from '../job/artifact.ts';
import type { JobView } from '../job/job.ts';
import { type AssetName, parseAssetName } from '../ports/asset-name.ts';
import type { Scratch } from '../ports/scratch-space.ts';
import type { WorkerContext } from './worker-context.ts';

type Context = Pick<WorkerContext, 'artifactStore' | 'metrics' | 'transfersPerJob'>;

/** Writes the document and the files beside it into the scratch directory, and returns the document's name there. */
export async function materialiseInputs(
  context: Context,
  {
    job,
    payload,
    scratch,
    signal,
  }: {
    job: JobView;
    payload: { readonly documentName?: AssetName | undefined };
    scratch: Scratch;
    signal: AbortSignal;
  },
): Promise<AssetName> {
  const document = payload.documentName ?? parseAssetName(job.input.fileName);
  const limit = pLimit(context.transfersPerJob);
  const abort = new AbortController();
  const either = AbortSignal.any([signal, abort.signal]);

  async function write(name: AssetName, artifact: Artifact): Promise<void> {
    either.throwIfAborted();
    const { body, byteSize } = await context.artifactStore.get(artifact.storageKey, { signal: either });
    await scratch.writeInput(name, body, { signal: either });
    context.metrics.artifactBytes({ direction: 'out', bytes: byteSize });
  }

  const files = [
    { name: document, artifact: job.input },
    ...job.assets.map(({ name, artifact }) => ({ name: parseAssetName(name), artifact })),
  ];
  const writes = files.map(({ name, artifact }) =>
    limit(write, name, artifact).catch((error: unknown) => {
      abort.abort(error);
      throw error;
    }),
  );
  // All of them settle before this does, so nobody writes into a directory that is being removed.
  const results = await Promise.allSettled(writes);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw abort.signal.reason ?? failed.reason;
  return document;
}
