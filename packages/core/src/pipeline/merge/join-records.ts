import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { JobView } from '../../job/job.ts';
import { parseAssetName } from '../../ports/asset-name.ts';
import type { Claim, OutputFile } from '../../ports/job-store.ts';
import type { PdfJoiner, PdfPart } from '../../ports/pdf-joiner.ts';
import type { Scratch } from '../../ports/scratch-space.ts';
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

const mergedName = parseAssetName('merged.pdf');

/** A file that was joined, and how many pages it has. */
export interface JoinedRecords {
  readonly output: OutputFile;
  readonly pageCount: number;
}

/** Makes one PDF of the records' and uploads it. They come from the artifact store: attempts before have made some of them. */
export async function joinRecords(context: Context, merge: JoinedMerge): Promise<JoinedRecords> {
  const scratch = await context.scratchSpace.open();
  try {
    const { claim, job, joiner, signal } = merge;
    const output = `${scratch.outputDirectory}/${mergedName}`;
    const request = { parts: partsOf(context, merge, scratch), output, title: withoutEnding(job.input.fileName) };
    const { pageCount, byteSize } = await joiner.join(request, { signal });
    const rendition = { name: mergedName, mediaType: 'application/pdf', byteSize } as const;
    const file = await tryUpload(signal, () => uploadFile(context, { claim, scratch }, { rendition, signal }));
    return { output: { ...file, name: mergedName }, pageCount };
  } finally {
    // The merge has its own outcome; what is left of the directory is removed when it is old.
    await scratch.close().catch((error: unknown) => {
      context.logger.warn({ err: error }, 'a scratch directory could not be removed');
    });
  }
}

const withoutEnding = (name: string): string => name.replace(/\.sla(\.gz)?$/i, '');

/** Fetches the PDFs one by one, as they are asked for, in the order of their records. */
async function* partsOf(
  context: Context,
  { job, signal }: JoinedMerge,
  scratch: Scratch,
): AsyncGenerator<PdfPart, void> {
  const { artifactStore, metrics, maxMergedBytes } = context;
  let bytes = 0;
  for await (const page of readRecords(context, job, { status: 'rendered', signal })) {
    for (const { first, name, files } of page) {
      const pdf = files.find(({ artifact }) => artifact.mediaType === 'application/pdf');
      if (pdf === undefined) throw new PubpipeError('INTERNAL', `Record ${first} has no PDF.`);
      const { body, byteSize } = await artifactStore.get(pdf.artifact.storageKey, { signal });
      bytes += byteSize;
      if (bytes > maxMergedBytes) {
        await body[Symbol.asyncIterator]().return?.();
        const message = `The PDFs of the records have more than ${maxMergedBytes} bytes: they are not made one file.`;
        throw new PubpipeError('RENDER_LIMIT', message, { details: { maxMergedBytes } });
      }
      const file = parseAssetName(`${first}.pdf`);
      await scratch.writeInput(file, body, { signal });
      metrics.artifactBytes({ direction: 'out', bytes: byteSize });
      yield { path: `${scratch.inputDirectory}/${file}`, title: name };
    }
  }
}
