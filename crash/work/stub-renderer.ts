import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  cancelled,
  PubpipeError,
  parseAssetName,
  type RenderControls,
  type Renderer,
  type RenderRequest,
  type RenderResult,
  type Rendition,
} from '@pubpipe/core';
import { bytesOf, failsAtFirst, filesOf, renderMsOf } from './content.ts';

/** Where it notes which documents have failed: a folder that all workers share. */
export interface StubRendererOptions {
  readonly slots: number;
  readonly notesDirectory: string;
}

/** A renderer whose output is a function of its input, and takes 5 to 50 ms. */
export function createStubRenderer({ slots, notesDirectory }: StubRendererOptions): Renderer {
  let busy = 0;

  async function render(request: RenderRequest, controls: RenderControls = {}): Promise<RenderResult> {
    busy += 1;
    try {
      const document = await readFile(join(request.inputDirectory, request.document));
      const files = filesOf(document);
      controls.onProgress?.({ stage: 'exporting', pageCount: files.length, pagesDone: 0 });
      await pause(renderMsOf(document), controls.signal);
      if (failsAtFirst(document)) await failOnce(join(notesDirectory, basename(request.document)));
      const renditions: Rendition[] = [];
      for (const file of files) {
        if (controls.signal?.aborted === true) throw cancelled(controls.signal);
        await writeFile(join(request.outputDirectory, file.name), bytesOf(document, file));
        const kinds = {
          pdf: { kind: 'pdf', mediaType: 'application/pdf' },
          png: { kind: 'png', mediaType: 'image/png' },
        } as const;
        const rendition = {
          ...(file.page === undefined ? kinds.pdf : kinds.png),
          name: parseAssetName(file.name),
          byteSize: file.byteSize,
          page: file.page,
        };
        renditions.push(rendition);
        controls.onRendition?.(rendition);
      }
      const pageCount = files.length;
      return { pageCount, renditions, findings: [], stageMs: {}, renderedBy: { name: 'stub', version: '1' } };
    } finally {
      busy -= 1;
    }
  }

  return {
    slots,
    render,
    warmUp: async () => {},
    health: async () => ({ ok: true, busy, slots }),
    close: async () => {},
  };
}

/** Waits, unless `signal` aborts. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted === true) throw cancelled(signal);
    throw error;
  }
}

/** Fails as a render that takes too long does, unless it has before. */
export async function failOnce(note: string): Promise<void> {
  try {
    await writeFile(note, '', { flag: 'wx' });
  } catch {
    // It has failed before.
    return;
  }
  throw new PubpipeError('RENDER_TIMEOUT', 'The first attempt takes too long.');
}
