import { rm, stat } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import {
  type AssetName,
  checkWholeNumbers,
  type FilledDocument,
  type MergedDocument as JobDocument,
  type MergeRequest as JobRequest,
  type MadeBy,
  type MergeControls,
  type MergeData,
  type MergeFacts,
  type Merger,
  PubpipeError,
  parseAssetName,
  type Renderer,
} from '@pubpipe/core/driver';
import { formatOfName } from './data/data-format.ts';
import { type OpenedData, openData } from './data/open-data.ts';
import { surveyData } from './data/survey-data.ts';
import { writable } from './document-beside.ts';
import { plannedPath } from './fast-path.ts';
import { mergeRecords } from './merge-records.ts';
import type { MergedDocument, RenderedRecords } from './merged-document.ts';
import { relinkFile } from './output/relink-images.ts';
import { variablesOf } from './output/variables-of.ts';
import { type OpenedTemplate, openTemplate } from './template/open-template.ts';

const maxMissing = 1_000;

/**
 * Makes what fills templates in jobs: each document is rendered by `renderer`, as many at once as it has places. It
 * stays open, and is closed by who made it.
 */
export function createScribusMerger(renderer: Renderer): Merger {
  return Object.freeze({
    async prepare(request, { signal = new AbortController().signal } = {}) {
      const { inputDirectory, template: document, emptyValues, lineBreaks, from = 1, to } = request;
      const template = await openTemplate({ inputDirectory, document }, { signal, emptyValues, lineBreaks });
      const data = await openData(join(inputDirectory, request.data.file), dataOptions(request.data));
      const counts = await readFacts(request, { template, data, signal });
      const facts = Object.freeze({ ...counts, ...plannedPath(renderer, { template, fastPath: true }) });
      const { outputDirectory, renditions, name, failOn, timeoutMs, proofs, keepDocuments } = request;
      const { stopOnError = false } = request;
      const asked = { renditions, name, from, to, failOn, timeoutMs, proofs, keepDocuments };
      const common = { template, outputDirectory, ...asked };
      const onRecordError = stopOnError ? 'stop' : 'report';
      return Object.freeze({
        facts,
        async *documents({ signal: within, isDone, onProgress }: MergeControls = {}) {
          const documents = mergeRecords(
            renderer,
            { ...common, records: data.records(), countDigits: String(facts.records).length, onRecordError, isDone },
            { signal: within, onProgress: onProgress && (({ records }, progress) => onProgress(records, progress)) },
          );
          for await (const each of documents) yield await toJobDocument(each, request);
        },
      });
    },
  } satisfies Merger);
}

/** The data lies under a name that says nothing. */
const dataOptions = ({ fileName, format = formatOfName(fileName), encoding, delimiter }: MergeData) => ({
  format,
  encoding,
  delimiter,
});

interface ReadFiles {
  readonly template: OpenedTemplate;
  readonly data: OpenedData;
  readonly signal: AbortSignal;
}

/** Reads all data once: what can't be read is refused before anything is rendered. */
async function readFacts(
  { name = '', from = 1, to }: JobRequest,
  files: ReadFiles,
): Promise<Omit<MergeFacts, keyof MadeBy>> {
  const { template, data, signal } = files;
  checkWholeNumbers({ from }, { least: 1 });
  checkWholeNumbers({ to: to ?? from }, { least: from });
  const ofNames = variablesOf(name);
  const { count, missing } = await surveyData(data, [...template.variables, ...ofNames], signal);
  if (count < from) {
    throw new PubpipeError('INVALID_INPUT', `Record ${from} is to be the first, and there are only ${count}.`, {
      details: { from, records: count },
    });
  }
  const unknown = ofNames.find((column) => missing.has(column));
  if (unknown !== undefined) {
    throw new PubpipeError('INVALID_INPUT', `No record has the column "${unknown}", which is to name documents.`, {
      details: { column: unknown },
    });
  }
  const { format, encoding, delimiter } = data;
  const wanted = Math.min(to ?? count, count) - from + 1;
  const { recordsPerDocument } = template;
  const missingColumns = [...missing].slice(0, maxMissing);
  return { format, encoding, delimiter, records: count, wanted, recordsPerDocument, missingColumns };
}

async function toJobDocument(document: MergedDocument, request: JobRequest): Promise<JobDocument> {
  if (document.status === 'failed') return document;
  const { records, name, path, pathReason, result, notes, directory } = document;
  const discard = () => rm(directory, { recursive: true, force: true });
  const files = filesOf(document, request);
  let filledDocument: FilledDocument | undefined;
  try {
    filledDocument = await writable(finishFilled(document, request));
  } catch (error) {
    await discard();
    throw error;
  }
  return { records, name, path, pathReason, status: 'rendered', files, filledDocument, result, notes, discard };
}

/** Its files by their paths inside the output directory. */
function filesOf({ directory, result }: RenderedRecords, request: JobRequest) {
  return result.renditions.map((rendition) => ({
    ...rendition,
    name: nameIn(request, join(directory, rendition.name)),
  }));
}

const nameIn = ({ outputDirectory }: JobRequest, path: string): AssetName =>
  parseAssetName(relative(outputDirectory, path).split(sep).join('/'));

/** Lets a filled document find its images from where its name says that it goes. */
async function finishFilled(
  { directory, filledDocument, name }: RenderedRecords,
  request: JobRequest,
): Promise<FilledDocument | undefined> {
  if (filledDocument === undefined) return undefined;
  const path = join(directory, filledDocument);
  await relinkFile(path, posix.relative(posix.dirname(name), posix.dirname(request.template)));
  const { size: byteSize } = await stat(path);
  return { name: nameIn(request, path), mediaType: 'application/vnd.scribus', byteSize };
}
