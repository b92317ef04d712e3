import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import {
  type MadeBy,
  type RenderControls,
  type Renderer,
  type RenderProgress,
  type RenderResult,
  throwIfCancelled,
  toPubpipeError,
} from '@pubpipe/core/driver';
import { nameBeside, writable } from './document-beside.ts';
import type { FastDocument, FastPath } from './fast-path.ts';
import type { ResolvedMergeRequest } from './merge-request.ts';
import type { DocumentOfRecords, MergedDocument } from './merged-document.ts';
import type { RecordGroup } from './record-groups.ts';
import { templateOf } from './template/open-template.ts';

/** What a document is rendered with. */
export interface RenderGroupContext {
  readonly renderer: Renderer;
  readonly fastPath: FastPath;
  readonly request: ResolvedMergeRequest;
  readonly signal: AbortSignal;
  readonly onProgress: ((document: DocumentOfRecords, progress: RenderProgress) => void) | undefined;
  /** Called when Scribus has done its part of the document. */
  readonly onRendered: () => void;
}

/** No rendition has that name. */
const filledDocument = 'filled.sla';

/** Fills the template and renders it. It does not throw: what goes wrong is told of the document. */
export async function renderGroup(group: RecordGroup, context: RenderGroupContext): Promise<MergedDocument> {
  const { records, name } = group;
  const document = { records: { first: records[0]?.number ?? 0, last: records.at(-1)?.number ?? 0 }, name };
  const making: Making = { ...context.fastPath.planned };
  try {
    const rendered = await render(group, { document, making }, context);
    return { status: 'rendered', ...document, ...making, ...rendered };
  } catch (thrown) {
    const error = toPubpipeError(thrown, 'INTERNAL', 'The merge failed for an unexpected reason.');
    return { status: 'failed', ...document, ...making, error };
  }
}

/** How a document is being made. */
type Making = { -readonly [Field in keyof MadeBy]: MadeBy[Field] };

async function render(
  { records }: RecordGroup,
  { document, making }: { readonly document: DocumentOfRecords; readonly making: Making },
  context: RenderGroupContext,
) {
  const { request, signal, fastPath } = context;
  const { template, outputDirectory, failOn, timeoutMs } = request;
  throwIfCancelled(signal);
  const fault = records.find((record) => record.fault !== undefined)?.fault;
  if (fault !== undefined) throw fault;
  const title = posix.basename(document.name);
  const filled = templateOf(template).makeDocument(records, { title });
  const directory = await writable(mkdtemp(join(outputDirectory, `record-${document.records.first}-`)));
  const onProgress = (progress: RenderProgress) => {
    context.onProgress?.(document, progress);
    if (progress.stage === 'checking') context.onRendered();
  };
  const controls = { signal, onProgress };
  const renditions = renditionsOf(document, request);
  const asked = { outputDirectory: directory, renditions, failOn, timeoutMs };
  try {
    const outcome = await fastPath.render({ ...filled, title, request: asked, controls });
    if ('reason' in outcome) {
      Object.assign(making, { path: 'xml', pathReason: outcome.reason });
      // It may have come as far as some of the files, which are all made anew.
      await rm(directory, { recursive: true });
      await writable(mkdir(directory, { mode: 0o700 }));
    }
    const result = 'result' in outcome ? outcome.result : await renderFile(filled.text, { asked, controls }, context);
    const made = { directory, result, notes: filled.findings };
    if (request.keepDocuments !== true) return made;
    await writable(writeFile(join(directory, filledDocument), filled.text, { flag: 'wx' }));
    return { ...made, filledDocument };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Renders a document that is written beside the template while that takes. */
async function renderFile(
  text: string,
  { asked, controls }: { readonly asked: FastDocument['request']; readonly controls: RenderControls },
  { renderer, request: { template } }: RenderGroupContext,
): Promise<RenderResult> {
  const document = nameBeside(template, randomUUID());
  const path = join(template.inputDirectory, document);
  try {
    await writable(writeFile(path, text, { flag: 'wx' }));
    return await renderer.render({ ...asked, inputDirectory: template.inputDirectory, document }, controls);
  } finally {
    await rm(path, { force: true });
  }
}

/** What is made of a document: of some there are proofs too. */
function renditionsOf({ records: { first, last } }: DocumentOfRecords, { renditions, proofs }: ResolvedMergeRequest) {
  const isProofed = proofs?.records.some((record) => record >= first && record <= last) === true;
  return isProofed ? [...renditions, proofs.rendition] : renditions;
}
