import { describe, expect, it } from 'vitest';
import { type AssetName, parseAssetName } from '../../ports/asset-name.ts';
import type { RenderProgress, RenderStage } from '../../ports/renderer.ts';
import type { Rendition } from '../../ports/renditions.ts';
import type { RendererSubject } from '../describe-renderer.ts';
import { collectBytes } from '../deterministic-content.ts';

const pdfName = parseAssetName('document.pdf');
const pngName = (page: number): AssetName => parseAssetName(`page-000${page}.png`);
const stageOrder: readonly RenderStage[] = ['waiting', 'starting', 'opening', 'exporting', 'checking'];

/** Tests of renders that end well. */
export function describeRendering({ opened, lay }: RendererSubject): void {
  describe('rendering', () => {
    it('resolves when every rendition that was asked for exists, is whole and matches the request', async () => {
      const { scratch, request } = await lay(opened().documents.sound);
      const handedOver: Rendition[] = [];

      const result = await opened().renderer.render(
        { ...request, renditions: [{ kind: 'pdf' }, { kind: 'png', dpi: 144 }] },
        { onRendition: (rendition) => handedOver.push(rendition) },
      );

      expect(result).toMatchObject({ pageCount: 3, findings: [], renderedBy: { version: expect.any(String) } });
      expect(result.renditions).toEqual(handedOver);
      expect(handedOver.map((rendition) => rendition.name).toSorted()).toEqual([pdfName, ...[1, 2, 3].map(pngName)]);
      for (const { name: file, kind, byteSize } of handedOver) {
        const content = await collectBytes(scratch.readOutput(file));
        expect(content.byteLength).toBe(byteSize);
        if (kind === 'png') expectNear(pngSizeOf(content), [(209.764 * 144) / 72, (297.638 * 144) / 72]);
        else expect(textOf(content.subarray(0, 5))).toBe('%PDF-');
      }
    });

    it('makes only the pages that were asked for, under the names that were asked for', async () => {
      const { scratch, request } = await lay(opened().documents.sound);
      const fileName = parseAssetName('print/order 7.pdf');

      const { renditions } = await opened().renderer.render({
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

    it('makes several PDFs and several sets of page images of one document', async () => {
      const { request } = await lay(opened().documents.sound);
      const fileName = parseAssetName('screen.pdf');

      const { renditions } = await opened().renderer.render({
        ...request,
        renditions: [
          { kind: 'pdf' },
          { kind: 'pdf', fileName, profile: 'screen', pages: [2] },
          { kind: 'png', pages: [1] },
          { kind: 'jpeg', pages: [1], prefix: 'small/' },
        ],
      });

      const names = [pngName(1), parseAssetName('small/0001.jpg'), pdfName, fileName];
      expect(renditions.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    });

    it('hands over a finished file while others are still being made, and it stays as it is', async () => {
      const { scratch, request } = await lay(opened().documents.sound);
      const seen = new Map<AssetName, Promise<Uint8Array>>();
      const othersThen: Promise<unknown>[] = [];
      const names = [pdfName, ...[1, 2, 3].map(pngName)];

      const { renditions } = await opened().renderer.render(
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

    it('tells of its steps in their order', async () => {
      const { request } = await lay(opened().documents.sound);
      const steps: RenderProgress[] = [];

      const { stageMs } = await opened().renderer.render(
        { ...request, renditions: [{ kind: 'png' }, { kind: 'pdf' }] },
        {
          onProgress: (step) => steps.push(step),
        },
      );

      const stages = steps.map(({ stage }) => stageOrder.indexOf(stage));
      expect(stages).toEqual(stages.toSorted((left, right) => left - right));
      expect(new Set(stages).size).toBe(stageOrder.length);
      expect(steps.at(-1)).toMatchObject({ pageCount: 3, pagesDone: 3 });
      expect(Object.keys(stageMs).toSorted()).toEqual(stageOrder.toSorted());
    });

    it.each(['sound', 'missingImage', 'crashing', 'endless'] as const)(
      'calls nobody after it has settled: %s',
      async (document) => {
        const { request } = await lay(opened().documents[document]);
        const late: unknown[] = [];
        const controller = new AbortController();
        let settled = false;
        const note = (call: unknown): void => {
          if (settled) late.push(call);
          if (document === 'endless' && (call as RenderProgress).stage === 'opening') controller.abort();
        };

        await Promise.allSettled([
          opened()
            .renderer.render(
              { ...request, renditions: [{ kind: 'png' }, { kind: 'pdf' }] },
              { signal: controller.signal, onProgress: note, onRendition: note },
            )
            .finally(() => {
              settled = true;
            }),
        ]);
        await opened().renderer.close();

        expect(settled).toBe(true);
        expect(late).toEqual([]);
      },
    );

    it('says how it is', async () => {
      await opened().renderer.warmUp();

      const { slots } = opened().renderer;
      const { protections, ...health } = await opened().renderer.health();
      expect(health).toEqual({ ok: true, version: expect.stringMatching(/^\d/), busy: 0, slots });
      expect([undefined, anyProtections]).toContainEqual(protections);
    });
  });
}

/** Each protection that there can be is named. */
const anyProtections = {
  screening: expect.any(Boolean),
  noNewPrivileges: expect.any(Boolean),
  landlock: expect.any(Number),
  bubblewrap: expect.any(Boolean),
  seccomp: expect.any(Boolean),
  limits: expect.any(Boolean),
};

/** The size of a page image is that of the page, within one pixel. */
function expectNear(got: readonly number[], asked: readonly number[]): void {
  for (const [index, size] of asked.entries()) expect(Math.abs((got[index] ?? 0) - size)).toBeLessThanOrEqual(1);
}

const textOf = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

/** Width and height of a PNG: https://www.w3.org/TR/png-3/#11IHDR */
function pngSizeOf(bytes: Uint8Array): readonly [number, number] {
  expect(textOf(bytes.subarray(1, 4))).toBe('PNG');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}
