import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type PreflightFinding,
  PubpipeError,
  parseAssetName,
  type Renderer,
  type RenderProgress,
  type Rendition,
  type RenditionRequest,
} from '@pubpipe/core';
import { lookAt } from './output-target.ts';
import { placeOutputs, unwritable } from './place-outputs.ts';
import type { PlannedDocument } from './plan-outputs.ts';

/** How a document is to be rendered, and who follows it. */
export interface RenderDocumentOptions {
  readonly dpi: number | undefined;
  readonly timeoutMs: number | undefined;
  readonly allowMissingImages: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RenderProgress) => void;
}

/** A document that was rendered. */
export interface RenderedDocument {
  /** Absolute paths of what was written. */
  readonly outputs: readonly string[];
  readonly pageCount: number;
  readonly findings: readonly PreflightFinding[];
}

/** Renders a document beside where its outputs belong, and moves them there when all of them are finished. */
export async function renderDocument(
  renderer: Renderer,
  document: PlannedDocument,
  options: RenderDocumentOptions,
): Promise<RenderedDocument> {
  const workplace = await makeWorkplace(document);
  try {
    const renditions: RenditionRequest[] = [];
    if (document.png) renditions.push({ kind: 'png', dpi: options.dpi });
    if (document.pdf) renditions.push({ kind: 'pdf' });
    const result = await renderer.render(
      {
        inputDirectory: dirname(document.path),
        document: parseAssetName(basename(document.path)),
        outputDirectory: workplace,
        renditions,
        timeoutMs: options.timeoutMs,
        ...(options.allowMissingImages && { failOn: [] }),
      },
      { signal: options.signal, onProgress: options.onProgress },
    );
    // The PDF comes last: whoever sees it finds the page images there too.
    const placements = result.renditions.map((rendition) => ({
      from: join(workplace, rendition.name),
      to: targetOf(document, rendition),
    }));
    await placeOutputs(placements, document.path);
    return { outputs: placements.map(({ to }) => to), pageCount: result.pageCount, findings: result.findings };
  } finally {
    // What is left of it must not hide how the render has ended; its name says whose it is.
    await rm(workplace, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function makeWorkplace({ path, pdf, png }: PlannedDocument): Promise<string> {
  // A mistyped path must not create folders.
  if (lookAt(path)?.isFile() !== true) throw new PubpipeError('INVALID_INPUT', 'There is no such document.');
  const directories = [pdf && dirname(pdf), png?.directory].filter((directory) => directory !== undefined);
  try {
    for (const directory of directories) if (directory !== dirname(path)) await mkdir(directory, { recursive: true });
    return await mkdtemp(join(directories[0] ?? '.', '.pubpipe-render-'));
  } catch (error) {
    throw unwritable(directories.join(', '), error);
  }
}

function targetOf(document: PlannedDocument, rendition: Rendition): string {
  if (rendition.kind === 'pdf' && document.pdf !== undefined) return document.pdf;
  const { directory, prefix } = document.png ?? { directory: '', prefix: '' };
  return join(directory, `${prefix}${String(rendition.page).padStart(4, '0')}.png`);
}
