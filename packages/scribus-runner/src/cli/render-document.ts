import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  isPubpipeError,
  type PreflightCheck,
  type PreflightReport,
  PubpipeError,
  parseAssetName,
  type Renderer,
  type RenderProgress,
  type RenderResult,
  type Rendition,
  type RenditionRequest,
} from '@pubpipe/core/driver';
import { hiddenPrefix } from '../engine/workspace-owner.ts';
import { lookAt } from './output-target.ts';
import { type Placement, placeOutputs, unwritable } from './place-outputs.ts';
import { directoriesOf, type PlannedDocument } from './plan-outputs.ts';

/** How a document is to be rendered, and who follows it. */
export interface RenderDocumentOptions {
  readonly renditions: readonly RenditionRequest[];
  readonly timeoutMs: number | undefined;
  readonly failOn: readonly PreflightCheck[] | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RenderProgress) => void;
}

/** A document that was rendered. */
export interface RenderedDocument {
  /** Absolute paths of what was written, without the report. */
  readonly outputs: readonly string[];
  readonly result: RenderResult;
}

/**
 * Renders a document beside where its outputs belong, and moves them there when all of them are finished.
 * The report of the document check is written also when the check fails the document.
 */
export async function renderDocument(
  renderer: Renderer,
  document: PlannedDocument,
  options: RenderDocumentOptions,
): Promise<RenderedDocument> {
  const workplace = await makeWorkplace(document);
  try {
    const { renditions, timeoutMs, failOn, signal, onProgress } = options;
    const { inputDirectory, name } = document.place;
    const result = await renderer
      .render(
        { inputDirectory, document: parseAssetName(name), outputDirectory: workplace, renditions, timeoutMs, failOn },
        { signal, onProgress },
      )
      .catch(async (error: unknown) => {
        await placeOutputs(await writeReport(document, reportOf(error), workplace), document.path);
        throw error;
      });
    // The PDF comes last: whoever sees it finds the rest there too.
    const outputs = result.renditions.map((rendition) => ({
      from: join(workplace, rendition.name),
      to: targetOf(document, rendition),
    }));
    await placeOutputs([...(await writeReport(document, result.preflight, workplace)), ...outputs], document.path);
    return { outputs: outputs.map(({ to }) => to), result };
  } finally {
    // What is left of it must not hide how the render has ended; its name says whose it is.
    await rm(workplace, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** The report of the document check that a failure carries, if it is one of that check. */
export function reportOf(error: unknown): PreflightReport | undefined {
  if (!isPubpipeError(error) || error.code !== 'PREFLIGHT_FAILED') return undefined;
  return error.details['preflight'] as PreflightReport | undefined;
}

/** A report as it is written: for programs, and readable. */
export const toReportText = (report: PreflightReport): string => `${JSON.stringify(report, undefined, 2)}\n`;

async function makeWorkplace(document: PlannedDocument): Promise<string> {
  const { path } = document;
  // A mistyped path must not create folders.
  if (lookAt(path)?.isFile() !== true) throw new PubpipeError('INVALID_INPUT', 'There is no such document.');
  const directories = directoriesOf(document);
  try {
    for (const directory of directories) if (directory !== dirname(path)) await mkdir(directory, { recursive: true });
    return await mkdtemp(join(directories[0] ?? '.', hiddenPrefix('output')));
  } catch (error) {
    throw unwritable(directories.join(', '), error);
  }
}

async function writeReport(
  { preflight }: PlannedDocument,
  report: PreflightReport | undefined,
  workplace: string,
): Promise<readonly Placement[]> {
  if (preflight === undefined || report === undefined) return [];
  const from = join(workplace, 'preflight.json');
  await writeFile(from, toReportText(report)).catch((error: unknown) => {
    throw unwritable(preflight, error);
  });
  return [{ from, to: preflight }];
}

function targetOf(document: PlannedDocument, { kind, page = 0 }: Rendition): string {
  const target = document[kind];
  // Nothing comes back that was not asked for.
  if (target === undefined) throw new PubpipeError('INTERNAL', `There is no place for a ${kind}.`);
  if (typeof target === 'string') return target;
  return join(target.directory, `${target.prefix}${String(page).padStart(4, '0')}${target.ending}`);
}
