import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
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
    const outputs: string[] = [];
    // The PDF last: whoever sees it finds the page images there too.
    for (const rendition of result.renditions) {
      const target = targetOf(document, rendition);
      await place(join(workplace, rendition.name), target);
      outputs.push(target);
    }
    return { outputs, pageCount: result.pageCount, findings: result.findings };
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}

async function makeWorkplace({ pdf, png }: PlannedDocument): Promise<string> {
  const directories = [pdf && dirname(pdf), png?.directory].filter((directory) => directory !== undefined);
  try {
    for (const directory of directories) await mkdir(directory, { recursive: true });
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

/** Gives a file its name at once and whole, also on another disk. */
async function place(from: string, to: string): Promise<void> {
  try {
    await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EXDEV') throw error;
      const unfinished = join(dirname(to), `.pubpipe-render-${randomUUID()}`);
      try {
        await copyFile(from, unfinished);
        await rename(unfinished, to);
      } finally {
        await rm(unfinished, { force: true });
      }
    });
  } catch (error) {
    throw unwritable(to, error);
  }
}

const unwritable = (path: string, cause: unknown): PubpipeError =>
  new PubpipeError('OUTPUT_UNWRITABLE', `${path} can't be written: ${(cause as NodeJS.ErrnoException).code}.`, {
    cause,
  });
