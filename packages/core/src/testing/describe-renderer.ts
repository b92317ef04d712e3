import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type AssetName, parseAssetName } from '../ports/asset-name.ts';
import type { Renderer, RenderProgress, RenderRequest, RenderStage, Rendition } from '../ports/renderer.ts';
import type { Scratch, ScratchSpace } from '../ports/scratch-space.ts';
import { collectBytes, inChunks } from './deterministic-content.ts';

/** A document and the files beside it. */
export interface RenderableDocument {
  /** The document's own name among `files`. */
  readonly name: AssetName;
  readonly files: readonly { readonly name: AssetName; readonly content: Uint8Array }[];
}

/** The documents that the suite renders, in the format of the renderer. */
export interface RendererDocuments {
  /** Three pages of 209.764 × 297.638 pt (A7), not packed, rendered within seconds. */
  readonly sound: RenderableDocument;
  /** Like `sound`, but the image linked on page 1 is not there; `file` is how the document names it. */
  readonly missingImage: RenderableDocument & { readonly file: string };
  /** A file of the right name that is no document. */
  readonly unreadable: RenderableDocument;
  /** Opening it begins and never ends. */
  readonly endless: RenderableDocument;
  /** The program dies when it opens this one. */
  readonly crashing: RenderableDocument;
}

/** A renderer, opened for one test. */
export interface OpenedRenderer {
  /** With at least one place. */
  readonly renderer: Renderer;
  readonly scratchSpace: ScratchSpace;
  readonly documents: RendererDocuments;
  /** Closes the renderer, which a test may have done already, and removes what is left. */
  readonly close: () => Promise<void>;
}

const pdfName = parseAssetName('document.pdf');
const pngName = (page: number): AssetName => parseAssetName(`page-000${page}.png`);
const stageOrder: readonly RenderStage[] = ['waiting', 'starting', 'opening', 'exporting', 'checking'];
const reason = new Error('The customer has left.');

/**
 * Registers the tests that every {@link Renderer} passes, one for each promise of the port.
 *
 * @example
 * ```ts
 * describeRenderer('MyRenderer', async () => {
 *   const renderer = createMyRenderer();
 *   return { renderer, scratchSpace, documents, close: () => renderer.close() };
 * });
 * ```
 */
export function describeRenderer(name: string, open: () => Promise<OpenedRenderer>): void {
  describe(`${name} keeps the promises of a renderer`, () => {
    let opened: OpenedRenderer;
    let renderer: Renderer;
    beforeEach(async () => {
      opened = await open();
      ({ renderer } = opened);
    });
    afterEach(() => opened.close());

    const lay = async (document: RenderableDocument): Promise<Job> => {
      const scratch = await opened.scratchSpace.open();
      onTestFinished(() => scratch.close());
      for (const { name: file, content } of document.files) await scratch.writeInput(file, inChunks(content));
      const { inputDirectory, outputDirectory } = scratch;
      const request = { inputDirectory, outputDirectory, document: document.name, renditions: [{ kind: 'pdf' as const }] };
      return { scratch, request };
    };

    it('resolves when every rendition that was asked for exists, is whole and matches the request', async () => {
      const { scratch, request } = await lay(opened.documents.sound);
      const handedOver: Rendition[] = [];

      const result = await renderer.render(
        { ...request, renditions: [{ kind: 'pdf' }, { kind: 'png', dpi: 144 }] },
        { onRendition: (rendition) => handedOver.push(rendition) },
      );

      expect(result).toMatchObject({ pageCount: 3, findings: [], renderedBy: { version: expect.any(String) } });
      expect(result.renditions).toEqual(handedOver);
      expect(handedOver.map((rendition) => rendition.name).toSorted()).toEqual([pdfName, ...[1, 2, 3].map(pngName)]);
      for (const { name: file, kind, byteSize } of handedOver) {
        const content = await collectBytes(scratch.readOutput(file));
        expect(content.byteLength).toBe(byteSize);
        if (kind === 'png') expect(pngSizeOf(content)).toEqual([420, 595]);
        else expect(textOf(content.subarray(0, 5))).toBe('%PDF-');
      }
    });

    it('makes only the pages that were asked for, under the names that were asked for', async () => {
      const { scratch, request } = await lay(opened.documents.sound);
      const fileName = parseAssetName('print/order 7.pdf');

      const { renditions } = await renderer.render({
        ...request,
        renditions: [
          { kind: 'pdf', fileName },
          { kind: 'png', pages: [1, 3] },
        ],
      });

      expect(renditions.map((rendition) => rendition.name).toSorted()).toEqual([pngName(1), pngName(3), fileName]);
      expect(renditions.find(({ page }) => page === 3)).toMatchObject({ kind: 'png', mediaType: 'image/png' });
      await expect(collectBytes(scratch.readOutput(pngName(2)))).rejects.toThrow();
    });

    it('hands over a finished file while others are still being made, and it stays as it is', async () => {
      const { scratch, request } = await lay(opened.documents.sound);
      const seen = new Map<AssetName, Promise<Uint8Array>>();
      const othersThen: Promise<unknown>[] = [];
      const names = [pdfName, ...[1, 2, 3].map(pngName)];

      const { renditions } = await renderer.render(
        { ...request, renditions: [{ kind: 'pdf' }, { kind: 'png' }] },
        {
          onRendition: (rendition) => {
            seen.set(rendition.name, collectBytes(scratch.readOutput(rendition.name)));
            const others = names.filter((other) => !seen.has(other));
            othersThen.push(Promise.allSettled(others.map((other) => collectBytes(scratch.readOutput(other)))));
          },
        },
      );

      expect(renditions).toHaveLength(4);
      for (const { name: file, byteSize } of renditions) {
        expect((await seen.get(file))?.byteLength).toBe(byteSize);
        expect(await collectBytes(scratch.readOutput(file))).toEqual(await seen.get(file));
      }
      const [afterFirst] = (await Promise.all(othersThen)) as PromiseSettledResult<Uint8Array>[][];
      expect(afterFirst?.some(({ status }) => status === 'rejected')).toBe(true);
    });

    it('tells of its steps in their order, and of nothing after it has settled', async () => {
      const { request } = await lay(opened.documents.sound);
      const steps: RenderProgress[] = [];
      let settled = false;
      const note = () => expect(settled, 'called after it had settled').toBe(false);

      const { stageMs } = await renderer.render(
        { ...request, renditions: [{ kind: 'png' }, { kind: 'pdf' }] },
        { onProgress: (step) => (note(), steps.push(step)), onRendition: note },
      );
      settled = true;

      const stages = steps.map(({ stage }) => stageOrder.indexOf(stage));
      expect(stages).toEqual(stages.toSorted((left, right) => left - right));
      expect(new Set(stages).size).toBe(stageOrder.length);
      expect(steps.at(-1)).toMatchObject({ pageCount: 3, pagesDone: 3 });
      expect(Object.keys(stageMs).toSorted()).toEqual(stageOrder.toSorted());
    });

    it.each<{ readonly what: string; readonly wrong: Partial<Record<keyof RenderRequest, unknown>> }>([
      { what: 'no rendition', wrong: { renditions: [] } },
      { what: 'two PDFs', wrong: { renditions: [{ kind: 'pdf' }, { kind: 'pdf', fileName: 'other.pdf' }] } },
      { what: 'an unknown rendition', wrong: { renditions: [{ kind: 'docx' }] } },
      { what: 'a resolution that is too low', wrong: { renditions: [{ kind: 'png', dpi: 17 }] } },
      { what: 'pages that are not ascending', wrong: { renditions: [{ kind: 'png', pages: [2, 1] }] } },
      { what: 'no pages', wrong: { renditions: [{ kind: 'png', pages: [] }] } },
      { what: 'a PDF outside the output directory', wrong: { renditions: [{ kind: 'pdf', fileName: '../x.pdf' }] } },
      { what: 'a document that is not there', wrong: { document: 'missing.sla' } },
      { what: 'a document outside the input directory', wrong: { document: '../document.sla' } },
      { what: 'a relative directory', wrong: { inputDirectory: 'input' } },
      { what: 'an output directory that is not there', wrong: { outputDirectory: '/missing/output' } },
      { what: 'no time', wrong: { timeoutMs: 0 } },
      { what: 'an unknown check', wrong: { failOn: ['spelling'] } },
    ])('refuses $what before anything is started', async ({ wrong }) => {
      const { request } = await lay(opened.documents.sound);
      const steps: RenderProgress[] = [];

      const render = renderer.render({ ...request, ...wrong } as RenderRequest, { onProgress: (step) => steps.push(step) });

      await expect(render).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(steps).toEqual([]);
    });

    it('refuses an output directory that holds something', async () => {
      const { request } = await lay(opened.documents.sound);
      await renderer.render(request);

      await expect(renderer.render(request)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it('refuses pages that the document does not have', async () => {
      const { request } = await lay(opened.documents.sound);

      const render = renderer.render({ ...request, renditions: [{ kind: 'png', pages: [3, 4] }] });

      await expect(render).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { page: 4, pageCount: 3 } });
    });

    it('says what is wrong with a document that is not whole', async () => {
      const { sound, unreadable } = opened.documents;
      const cut = (share: number): RenderableDocument => ({
        ...sound,
        files: sound.files.map((file) => ({
          ...file,
          content: file.name === sound.name ? file.content.subarray(0, file.content.length * share) : file.content,
        })),
      });

      const render = async (document: RenderableDocument) => renderer.render((await lay(document)).request);

      await expect(render(cut(0))).rejects.toMatchObject({ code: 'DOCUMENT_EMPTY' });
      await expect(render(cut(0.5))).rejects.toMatchObject({ code: 'DOCUMENT_TRUNCATED' });
      await expect(render(unreadable)).rejects.toMatchObject({ code: 'DOCUMENT_UNREADABLE' });
    });

    it('fails a document with a finding named in failOn, and reports it otherwise', async () => {
      const { missingImage } = opened.documents;
      const finding = { check: 'missing-image', page: 1, file: missingImage.file, message: expect.any(String) };
      const failing = await lay(missingImage);
      const passing = await lay(missingImage);

      const failed = expect(renderer.render(failing.request)).rejects;

      await failed.toMatchObject({ code: 'PREFLIGHT_FAILED', details: { findings: [finding] } });
      const { findings } = await renderer.render({ ...passing.request, failOn: [] });
      expect(findings).toMatchObject([finding]);
    });

    it('does not let the failure of one document disturb another', async () => {
      const { sound, crashing } = opened.documents;
      const bad = await lay(crashing);
      const good = await lay(sound);

      const [crashed, rendered] = await Promise.allSettled([renderer.render(bad.request), renderer.render(good.request)]);

      expect(crashed).toMatchObject({ status: 'rejected', reason: { code: 'RENDERER_CRASHED' } });
      expect(rendered).toMatchObject({ status: 'fulfilled', value: { pageCount: 3 } });
    });

    it.each(['onProgress', 'onRendition'] as const)('fails when %s throws', async (callback) => {
      const { request } = await lay(opened.documents.sound);
      const error = new Error('The listener is broken.');

      const render = renderer.render(request, {
        [callback]: () => {
          throw error;
        },
      });

      await expect(render).rejects.toMatchObject({ code: 'INTERNAL', cause: error });
    });

    it('is cancelled before it begins', async () => {
      const { request } = await lay(opened.documents.sound);
      const steps: RenderProgress[] = [];

      const render = renderer.render(request, { signal: AbortSignal.abort(reason), onProgress: (step) => steps.push(step) });

      await expect(render).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(steps).toEqual([]);
    });

    it('is cancelled midway, and its place is free again', async () => {
      const { sound, endless } = opened.documents;
      const renders = await Promise.all(
        Array.from({ length: renderer.slots }, async () => start(renderer, await lay(endless))),
      );
      await Promise.all(renders.map(({ reached }) => reached('opening')));

      for (const { controller } of renders) controller.abort(reason);

      for (const { outcome } of renders) expect(await outcome).toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(await renderer.health()).toMatchObject({ ok: true, busy: 0 });
      const { request } = await lay(sound);
      await expect(renderer.render(request)).resolves.toMatchObject({ pageCount: 3 });
    });

    it('renders up to slots documents at once, and more wait in line, where they can be cancelled', async () => {
      const { endless } = opened.documents;
      const renders = await Promise.all(
        Array.from({ length: renderer.slots }, async () => start(renderer, await lay(endless))),
      );
      await Promise.all(renders.map(({ reached }) => reached('opening')));
      const waiting = start(renderer, await lay(endless));
      await waiting.reached('waiting');

      expect(await renderer.health()).toMatchObject({ busy: renderer.slots, slots: renderer.slots });
      waiting.controller.abort(reason);

      expect(await waiting.outcome).toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(waiting.stages).toEqual(['waiting']);
    });

    it('takes no longer than it may', async () => {
      const { request } = await lay(opened.documents.endless);

      const render = renderer.render({ ...request, timeoutMs: 2500 });

      const stage = expect.stringMatching(/^(?:starting|opening)$/);
      await expect(render).rejects.toMatchObject({ code: 'RENDER_TIMEOUT', details: { stage, timeoutMs: 2500 } });
      expect(await renderer.health()).toMatchObject({ ok: true, busy: 0 });
    });

    it('ends all renders under way when it is closed, and takes no more', async () => {
      const { endless } = opened.documents;
      const renders = await Promise.all(
        Array.from({ length: renderer.slots + 1 }, async () => start(renderer, await lay(endless))),
      );
      await Promise.any(renders.map(({ reached }) => reached('opening')));
      const { request } = await lay(opened.documents.sound);

      await Promise.all([renderer.close(), renderer.close()]);

      for (const { outcome } of renders) expect(await outcome).toMatchObject({ code: 'CLOSED' });
      await expect(renderer.render(request)).rejects.toMatchObject({ code: 'CLOSED' });
      await expect(renderer.warmUp()).rejects.toMatchObject({ code: 'CLOSED' });
      expect(await renderer.health()).toMatchObject({ ok: false, busy: 0, reason: expect.any(String) });
    });

    it('says how it is', async () => {
      await renderer.warmUp();

      const { slots } = renderer;
      expect(await renderer.health()).toEqual({ ok: true, version: expect.stringMatching(/^\d/), busy: 0, slots });
    });
  });
}

interface Job {
  readonly scratch: Scratch;
  readonly request: RenderRequest;
}

/** Starts a render that will not end by itself. */
function start(renderer: Renderer, { request }: Job) {
  const controller = new AbortController();
  const stages: RenderStage[] = [];
  const listeners = new Set<() => void>();
  const onProgress = ({ stage }: RenderProgress) => {
    stages.push(stage);
    for (const listener of listeners) listener();
  };
  const outcome: Promise<unknown> = renderer
    .render(request, { signal: controller.signal, onProgress })
    .catch((error: unknown) => error);
  /** Resolves when the render has reached a stage; rejects if it ends before. */
  const reached = (stage: RenderStage): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => stages.includes(stage) && resolve();
      listeners.add(look);
      look();
      void outcome.then((end) => reject(new Error(`The render ended before ${stage}.`, { cause: end })));
    });
  return { controller, stages, outcome, reached };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

/** Width and height of a PNG: https://www.w3.org/TR/png-3/#11IHDR */
function pngSizeOf(bytes: Uint8Array): readonly [number, number] {
  expect(textOf(bytes.subarray(1, 4))).toBe('PNG');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}
