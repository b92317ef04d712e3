import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  parseAssetName,
  type RenderControls,
  type Renderer,
  type RenderRequest,
  type RenderResult,
  type Rendition,
} from '@pubpipe/core';

/** What a scripted render may do: write files, hand them over, wait, fail. */
export interface RenderScene {
  readonly request: RenderRequest;
  readonly signal: AbortSignal;
  /** Number of renders begun before this one. */
  readonly index: number;
  readonly report: NonNullable<RenderControls['onProgress']>;
  /** Writes a file into the output directory and hands it over. */
  readonly deliver: (name: string, content: string, page?: number) => Promise<void>;
}

/** A renderer that does what the test says, to bring the pipeline into states that Scribus can't be asked for. */
export interface ScriptedRenderer extends Renderer {
  /** Renders under way at the same time, at most so far. */
  readonly mostAtOnce: number;
  /** Renders begun so far. */
  readonly begun: number;
}

export function createScriptedRenderer(
  script: (scene: RenderScene) => Promise<void>,
  { slots = 1, ...told }: { readonly slots?: number } & Partial<Pick<RenderResult, 'preflight' | 'provenance'>> = {},
): ScriptedRenderer {
  let begun = 0;
  let busy = 0;
  let mostAtOnce = 0;

  async function render(request: RenderRequest, controls: RenderControls = {}): Promise<RenderResult> {
    const renditions: Rendition[] = [];
    const scene: RenderScene = {
      request,
      signal: controls.signal ?? new AbortController().signal,
      index: begun,
      report: (progress) => controls.onProgress?.(progress),
      async deliver(name, content, page) {
        await writeFile(join(request.outputDirectory, name), content);
        const kind = page === undefined ? 'pdf' : 'png';
        const rendition: Rendition = {
          kind,
          name: parseAssetName(name),
          mediaType: kind === 'pdf' ? 'application/pdf' : 'image/png',
          byteSize: Buffer.byteLength(content),
          page,
        };
        renditions.push(rendition);
        controls.onRendition?.(rendition);
      },
    };
    begun += 1;
    busy += 1;
    mostAtOnce = Math.max(mostAtOnce, busy);
    try {
      await script(scene);
    } finally {
      busy -= 1;
    }
    const pageCount = Math.max(1, renditions.filter(({ page }) => page !== undefined).length);
    return {
      pageCount,
      renditions,
      findings: told.preflight?.findings ?? [],
      ...told,
      stageMs: { exporting: 1 },
      renderedBy: { name: 'script', version: '1' },
    };
  }

  return {
    slots,
    render,
    warmUp: async () => {},
    health: async () => ({ ok: true, busy, slots }),
    close: async () => {},
    get mostAtOnce() {
      return mostAtOnce;
    },
    get begun() {
      return begun;
    },
  };
}
