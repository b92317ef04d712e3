import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { ReadyArtifact } from '../../job/artifact.ts';
import type { JobView } from '../../job/job.ts';
import type { JobRecord } from '../../job/job-record.ts';
import { parseAssetName } from '../../ports/asset-name.ts';
import type { Claim, OutputFile } from '../../ports/job-store.ts';
import type { PdfJoiner, PdfPart } from '../../ports/pdf-joiner.ts';
import type { Scratch } from '../../ports/scratch-space.ts';
import { isReady } from '../files/read-content.ts';
import { workAhead } from '../files/work-ahead.ts';
import { tryUpload, uploadFile } from '../upload-file.ts';
import type { WorkerContext } from '../worker-context.ts';
import { readRecords } from './read-records.ts';

type Context = Pick<
  WorkerContext,
  'jobStore' | 'artifactStore' | 'metrics' | 'scratchSpace' | 'logger' | 'maxMergedBytes'
>;

/** Whose records are joined, and by whom. */
interface JoinedMerge {
  readonly claim: Claim;
  readonly job: JobView;
  readonly joiner: PdfJoiner;
  readonly signal: AbortSignal;
}

/** Most are small: to wait for each by itself would take longer than to join them. */
const filesAhead = 4;
const mergedName = parseAssetName('merged.pdf');

/** A file that was joined, and how many pages it has. */
export interface JoinedRecords {
  readonly output: OutputFile;
  readonly pageCount: number;
}

/** Makes one PDF of the records' and uploads it. They come from the artifact store: attempts before have made some of them. */
export async function joinRecords(context: Context, merge: JoinedMerge): Promise<JoinedRecords> {
  const { claim, job, joiner, signal } = merge;
  const scratch = await context.scratchSpace.open();
  const leaving = new AbortController();
  const parts = partsOf(context, { job, signal: AbortSignal.any([signal, leaving.signal]) }, scratch);
  try {
    const output = `${scratch.outputDirectory}/${mergedName}`;
    const request = { parts, output, title: withoutEnding(job.input.fileName) };
    const { pageCount, byteSize } = await joiner.join(request, { signal });
    const rendition = { name: mergedName, mediaType: 'application/pdf', byteSize } as const;
    const file = await tryUpload(signal, () => uploadFile(context, { claim, scratch }, { rendition, signal }));
    return { output: { ...file, name: mergedName }, pageCount };
  } finally {
    // A joiner that has given up waits for no part: what is being written of one has to end before it is removed.
    leaving.abort(new PubpipeError('CANCELLED', 'The PDFs are joined, or will not be.'));
    await parts.return().catch(() => undefined);
    // The merge has its own outcome; what is left of the directory is removed when it is old.
    await scratch.close().catch((error: unknown) => {
      context.logger.warn({ err: error }, 'a scratch directory could not be removed');
    });
  }
}

const withoutEnding = (name: string): string => name.replace(/\.sla(\.gz)?$/i, '');

/** Fetches the PDFs, some ahead of the one that is asked for, in the order of their records. */
function partsOf(
  context: Context,
  merge: Pick<JoinedMerge, 'job' | 'signal'>,
  scratch: Scratch,
): AsyncGenerator<PdfPart, void> {
  const { artifactStore, metrics } = context;
  const { signal } = merge;
  return workAhead(pdfsOf(context, merge), filesAhead, async ({ first, name, artifact }) => {
    const verify = { sha256: artifact.sha256 };
    const { body, byteSize } = await artifactStore.get(artifact.storageKey, { verify, signal });
    const file = parseAssetName(`${first}.pdf`);
    await scratch.writeInput(file, body, { signal });
    metrics.artifactBytes({ direction: 'out', bytes: byteSize });
    return { path: `${scratch.inputDirectory}/${file}`, title: name };
  });
}

/** @throws PubpipeError `RENDER_LIMIT` when they have more bytes than may be joined. */
async function* pdfsOf(
  context: Context,
  { job, signal }: Pick<JoinedMerge, 'job' | 'signal'>,
): AsyncGenerator<Pick<JobRecord, 'first' | 'name'> & { readonly artifact: ReadyArtifact }, void> {
  const { maxMergedBytes } = context;
  let bytes = 0;
  for await (const page of readRecords(context, job, { status: 'rendered', signal })) {
    for (const { first, name, files } of page) {
      const artifact = files.find((file) => file.artifact.mediaType === 'application/pdf')?.artifact;
      if (artifact === undefined || !isReady(artifact)) {
        throw new PubpipeError('INTERNAL', `The PDF of record ${first} is not there.`);
      }
      bytes += artifact.byteSize;
      if (bytes > maxMergedBytes) {
        const message = `The PDFs of the records have more than ${maxMergedBytes} bytes: they are not made one file.`;
        throw new PubpipeError('RENDER_LIMIT', message, { details: { maxMergedBytes } });
      }
      yield { first, name, artifact };
    }
  }
}
