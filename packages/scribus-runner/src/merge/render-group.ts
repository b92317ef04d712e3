import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { PubpipeError, parseAssetName, type Renderer, throwIfCancelled, toPubpipeError } from '@pubpipe/core';
import type { ResolvedMergeRequest } from './merge-request.ts';
import type { MergedDocument } from './merged-document.ts';
import type { RecordGroup } from './record-groups.ts';
import { templateOf } from './template/open-template.ts';

/** What a document is rendered with. */
export interface RenderGroupContext {
  readonly renderer: Renderer;
  readonly request: ResolvedMergeRequest;
  readonly signal: AbortSignal;
}

/** Fills the template and renders it. It does not throw: what goes wrong is told of the document. */
export async function renderGroup(group: RecordGroup, context: RenderGroupContext): Promise<MergedDocument> {
  const { records, name } = group;
  const numbers = { first: records[0]?.number ?? 0, last: records.at(-1)?.number ?? 0 };
  try {
    return { status: 'rendered', records: numbers, name, ...(await render(group, numbers.first, context)) };
  } catch (thrown) {
    const error = toPubpipeError(thrown, 'INTERNAL', 'The merge failed for an unexpected reason.');
    return { status: 'failed', records: numbers, name, error };
  }
}

async function render({ records, name }: RecordGroup, first: number, { renderer, request, signal }: RenderGroupContext) {
  const { template, outputDirectory, renditions, failOn, timeoutMs } = request;
  throwIfCancelled(signal);
  const fault = records.find((record) => record.fault !== undefined)?.fault;
  if (fault !== undefined) throw fault;
  const title = posix.basename(name);
  const { text, findings: notes } = templateOf(template).fill(records, { title });
  // Links and fonts are looked for beside the document, so there it must lie.
  const document = posix.join(posix.dirname(template.document), `.pubpipe-merge-${randomUUID()}.sla`);
  const path = join(template.inputDirectory, document);
  const directory = await writable(mkdtemp(join(outputDirectory, `record-${first}-`)));
  try {
    await writable(writeFile(path, text, { flag: 'wx' }));
    const { inputDirectory } = template;
    const result = await renderer.render(
      {
        inputDirectory,
        document: parseAssetName(document),
        outputDirectory: directory,
        renditions,
        failOn,
        timeoutMs,
      },
      { signal },
    );
    return { directory, result, notes };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

async function writable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    throw new PubpipeError('OUTPUT_UNWRITABLE', `${path ?? 'A file'} can't be written: ${code}.`, { cause });
  }
}
