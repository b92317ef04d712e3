import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { ReadyArtifact } from '../../job/artifact.ts';
import { parseAssetName } from '../../ports/asset-name.ts';
import type { JobFileEntry } from '../../ports/batch-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { PdfPart } from '../../ports/pdf-joiner.ts';
import type { Scratch } from '../../ports/scratch-space.ts';
import type { Joining } from './joining-options.ts';
import { type ContentParts, isReady, readContent } from './read-content.ts';
import { titleOfJob } from './title-of-job.ts';
import { workAhead } from './work-ahead.ts';

const filesAhead = 4;
const outputName = parseAssetName('joined.pdf');

interface JoinedRequest {
  readonly entries: AsyncIterable<JobFileEntry>;
  readonly signal: AbortSignal | undefined;
}

/** A PDF that lies in scratch directories until it is read, or closed. */
export interface JoinedFile {
  readonly byteSize: number;
  readonly body: AsyncIterable<Uint8Array>;
  readonly close: () => Promise<void>;
}

/** Joins the PDFs of jobs: their outputs, or where a job has none among them, its records' files. */
export async function joinedPdf(
  parts: ContentParts & { readonly logger: Logger },
  joining: Joining,
  { entries, signal }: JoinedRequest,
): Promise<JoinedFile> {
  const leave = joining.enter();
  let scratch: Scratch | undefined;
  let taken: AsyncGenerator<PdfPart, void> | undefined;
  const close = async (): Promise<void> => {
    // A joiner that has given up waits for no part: what is being written of one has to end before it is removed.
    await taken?.return().catch(() => undefined);
    // What was made has its own outcome; what is left of the directory is removed when it is old.
    await scratch?.close().catch((error: unknown) => {
      parts.logger.warn({ err: error }, 'a scratch directory could not be removed');
    });
    leave();
  };
  const failing = new AbortController();
  const either = signal === undefined ? failing.signal : AbortSignal.any([signal, failing.signal]);
  try {
    scratch = await joining.scratchSpace.open();
    taken = pdfParts(parts, joining, { scratch, entries, signal: either });
    const output = `${scratch.outputDirectory}/${outputName}`;
    const { byteSize } = await joining.joiner.join({ parts: taken, output }, { signal: either });
    return { byteSize, body: scratch.readOutput(outputName), close };
  } catch (error) {
    failing.abort(error);
    await close();
    throw error;
  }
}

async function* pdfParts(
  parts: ContentParts,
  joining: Joining,
  { scratch, entries, signal }: JoinedRequest & { readonly scratch: Scratch; readonly signal: AbortSignal },
): AsyncGenerator<PdfPart, void> {
  let number = 0;
  const written = workAhead(boundedPdfs(entries, joining), filesAhead, async ({ artifact, title }) => {
    number += 1;
    const name = parseAssetName(`${number}.pdf`);
    const body = await readContent(parts, artifact, signal);
    if (body === undefined) throw fileGone(artifact);
    await scratch.writeInput(name, body, { signal });
    return { path: `${scratch.inputDirectory}/${name}`, title };
  });
  yield* written;
}

/**
 * Finds out whether PDFs would be joined, without reading one.
 *
 * @throws PubpipeError `QUEUE_FULL` when no place is free now, and what their rows say against it.
 */
export async function checkJoinable(joining: Joining, { entries, signal }: JoinedRequest): Promise<void> {
  joining.enter()();
  for await (const _ of boundedPdfs(entries, joining)) signal?.throwIfAborted();
}

/**
 * The PDFs among files.
 *
 * @throws PubpipeError `CONTENT_TOO_LARGE` when there are more of them, or more bytes, than may be joined.
 * @throws PubpipeError `ARTIFACT_EXPIRED` when one was removed, `ARTIFACT_NOT_FOUND` when there is none.
 */
async function* boundedPdfs(
  entries: AsyncIterable<JobFileEntry>,
  { maxFiles, maxBytes }: Joining,
): AsyncGenerator<{ readonly artifact: ReadyArtifact; readonly title: string }, void> {
  let files = 0;
  let bytes = 0;
  let withOutput: string | undefined;
  for await (const { job, file } of entries) {
    // Of a merge that has not completed some records' files are there.
    if (job.status !== 'completed' || file?.artifact.mediaType !== 'application/pdf') continue;
    const { role, name, artifact } = file;
    if (role === 'output') withOutput = job.id;
    else if (withOutput === job.id) continue;
    if (!isReady(artifact)) throw fileGone(artifact);
    files += 1;
    bytes += artifact.byteSize;
    if (files > maxFiles || bytes > maxBytes) {
      throw new PubpipeError(
        'CONTENT_TOO_LARGE',
        'These PDFs are too many, or too large, to be joined: ask for a zip.',
        {
          details: { maxFiles, maxBytes },
        },
      );
    }
    yield { artifact, title: role === 'output' ? titleOfJob(job) : titleOf(name) };
  }
  if (files === 0) throw new PubpipeError('ARTIFACT_NOT_FOUND', 'There is no PDF to be joined.');
}

const titleOf = (name: string): string => name.replace(/\.pdf$/i, '');

const fileGone = ({ id }: { readonly id: string }): PubpipeError =>
  new PubpipeError(
    'ARTIFACT_EXPIRED',
    'A PDF of these jobs has been removed: one of the others would lack its pages.',
    {
      details: { artifactId: id },
    },
  );
