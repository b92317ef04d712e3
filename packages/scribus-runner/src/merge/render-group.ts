import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import {
  PubpipeError,
  parseAssetName,
  type Renderer,
  type RenderProgress,
  throwIfCancelled,
  toPubpipeError,
} from '@pubpipe/core';
import { hiddenPrefix } from '../engine/workspace-owner.ts';
import type { ResolvedMergeRequest } from './merge-request.ts';
import type { DocumentOfRecords, MergedDocument } from './merged-document.ts';
import type { RecordGroup } from './record-groups.ts';
import { templateOf } from './template/open-template.ts';

/** What a document is rendered with. */
export interface RenderGroupContext {
  readonly renderer: Renderer;
  readonly request: ResolvedMergeRequest;
  readonly signal: AbortSignal;
  readonly onProgress: ((document: DocumentOfRecords, progress: RenderProgress) => void) | undefined;
}

/** No rendition has that name. */
const filledDocument = 'filled.sla';

/** Fills the template and renders it. It does not throw: what goes wrong is told of the document. */
export async function renderGroup(group: RecordGroup, context: RenderGroupContext): Promise<MergedDocument> {
  const { records, name } = group;
  const document = { records: { first: records[0]?.number ?? 0, last: records.at(-1)?.number ?? 0 }, name };
  try {
    return { status: 'rendered', ...document, ...(await render(group, document, context)) };
  } catch (thrown) {
    const error = toPubpipeError(thrown, 'INTERNAL', 'The merge failed for an unexpected reason.');
    return { status: 'failed', ...document, error };
  }
}

async function render({ records }: RecordGroup, document: DocumentOfRecords, context: RenderGroupContext) {
  const { renderer, request, signal, onProgress } = context;
  const { template, outputDirectory, failOn, timeoutMs } = request;
  throwIfCancelled(signal);
  const fault = records.find((record) => record.fault !== undefined)?.fault;
  if (fault !== undefined) throw fault;
  const { text, findings: notes } = templateOf(template).makeDocument(records, {
    title: posix.basename(document.name),
  });
  // Links and fonts are looked for beside the document, so there it must lie.
  const place = parseAssetName(join(dirname(template.document), `${hiddenPrefix('merge')}${randomUUID()}.sla`));
  const path = join(template.inputDirectory, place);
  const directory = await writable(mkdtemp(join(outputDirectory, `record-${document.records.first}-`)));
  try {
    await writable(writeFile(path, text, { flag: 'wx' }));
    const files = { inputDirectory: template.inputDirectory, document: place, outputDirectory: directory };
    const controls = {
      signal,
      onProgress: onProgress && ((progress: RenderProgress) => onProgress(document, progress)),
    };
    const result = await renderer.render(
      { ...files, renditions: renditionsOf(document, request), failOn, timeoutMs },
      controls,
    );
    if (request.keepDocuments !== true) return { directory, result, notes };
    await writable(writeFile(join(directory, filledDocument), text, { flag: 'wx' }));
    return { directory, filledDocument, result, notes };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

/** What is made of a document: of some there are proofs too. */
function renditionsOf({ records: { first, last } }: DocumentOfRecords, { renditions, proofs }: ResolvedMergeRequest) {
  const isProofed = proofs?.records.some((record) => record >= first && record <= last) === true;
  return isProofed ? [...renditions, proofs.rendition] : renditions;
}

async function writable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    throw new PubpipeError('OUTPUT_UNWRITABLE', `${path ?? 'A file'} can't be written: ${code}.`, { cause });
  }
}
