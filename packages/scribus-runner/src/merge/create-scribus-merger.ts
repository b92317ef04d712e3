import { rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import {
  checkWholeNumbers,
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
} from '@pubpipe/core';
import { formatOfName } from './data/data-format.ts';
import { type OpenedData, openData } from './data/open-data.ts';
import { surveyData } from './data/survey-data.ts';
import { plannedPath } from './fast-path.ts';
import { mergeRecords } from './merge-records.ts';
import type { MergedDocument, RenderedRecords } from './merged-document.ts';
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
      const { outputDirectory, renditions, name, failOn, timeoutMs, proofs, stopOnError = false } = request;
      const common = { template, outputDirectory, renditions, name, from, to, failOn, timeoutMs, proofs };
      const onRecordError = stopOnError ? 'stop' : 'report';
      return Object.freeze({
        facts,
        async *documents({ signal: within, isDone, onProgress }: MergeControls = {}) {
          const documents = mergeRecords(
            renderer,
            { ...common, records: data.records(), countDigits: String(facts.records).length, onRecordError, isDone },
            { signal: within, onProgress: onProgress && (({ records }, progress) => onProgress(records, progress)) },
          );
          for await (const each of documents) yield toJobDocument(each, outputDirectory);
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

function toJobDocument(document: MergedDocument, outputDirectory: string): JobDocument {
  if (document.status === 'failed') return document;
  const { records, name, path, pathReason, result, notes, directory } = document;
  const files = filesOf(document, outputDirectory);
  const discard = () => rm(directory, { recursive: true, force: true });
  return { records, name, path, pathReason, status: 'rendered', files, result, notes, discard };
}

/** Its files by their paths inside the output directory. */
function filesOf({ directory, result }: RenderedRecords, outputDirectory: string) {
  const folder = relative(outputDirectory, directory).split(sep).join('/');
  return result.renditions.map((rendition) => ({ ...rendition, name: parseAssetName(`${folder}/${rendition.name}`) }));
}
