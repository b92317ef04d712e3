import { describe, expect, it } from 'vitest';
import type { RenderProgress, RenderRequest } from '../../ports/renderer.ts';
import type { RenderableDocument, RendererSubject } from '../describe-renderer.ts';

/** Tests of requests and documents that are refused. */
export function describeRefusing({ opened, lay }: RendererSubject): void {
  describe('refusing', () => {
    it.each<{ readonly what: string; readonly wrong: Partial<Record<keyof RenderRequest, unknown>> }>([
      { what: 'no rendition', wrong: { renditions: [] } },
      {
        what: 'two PDFs of the same name',
        wrong: { renditions: [{ kind: 'pdf' }, { kind: 'pdf', fileName: 'document.pdf' }] },
      },
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
      { what: 'a rendition that is nothing', wrong: { renditions: [null] } },
      { what: 'pages that are no list', wrong: { renditions: [{ kind: 'png', pages: 2 }] } },
      { what: 'checks that are no list', wrong: { failOn: 'missing-image' } },
      {
        what: 'a PDF in a folder named like a page image',
        wrong: { renditions: [{ kind: 'png' }, { kind: 'pdf', fileName: 'page-0001.png/x.pdf' }] },
      },
      { what: 'an unknown check', wrong: { failOn: ['spelling'] } },
    ])('refuses $what before anything is started', async ({ wrong }) => {
      const { request } = await lay(opened().documents.sound);
      const steps: RenderProgress[] = [];

      const render = opened().renderer.render({ ...request, ...wrong } as RenderRequest, {
        onProgress: (step) => steps.push(step),
      });

      await expect(render).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(steps).toEqual([]);
    });

    it('refuses an output directory that holds something', async () => {
      const { request } = await lay(opened().documents.sound);
      await opened().renderer.render(request);

      await expect(opened().renderer.render(request)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it('refuses pages that the document does not have', async () => {
      const { request } = await lay(opened().documents.sound);

      const render = opened().renderer.render({ ...request, renditions: [{ kind: 'png', pages: [3, 4] }] });

      await expect(render).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { page: 4, pageCount: 3 } });
    });

    it('says what is wrong with a document that is not whole', async () => {
      const { sound, unreadable } = opened().documents;
      const cut = (share: number): RenderableDocument => ({
        ...sound,
        files: sound.files.map((file) => ({
          ...file,
          content: file.name === sound.name ? file.content.subarray(0, file.content.length * share) : file.content,
        })),
      });

      const render = async (document: RenderableDocument) => opened().renderer.render((await lay(document)).request);

      await expect(render(cut(0))).rejects.toMatchObject({ code: 'DOCUMENT_EMPTY' });
      await expect(render(cut(0.5))).rejects.toMatchObject({ code: 'DOCUMENT_TRUNCATED' });
      await expect(render(unreadable)).rejects.toMatchObject({ code: 'DOCUMENT_UNREADABLE' });
    });

    it('fails a document with a finding named in failOn, and reports it otherwise', async () => {
      const { missingImage } = opened().documents;
      const finding = { check: 'missing-image', page: 1, file: missingImage.file, message: expect.any(String) };
      const failing = await lay(missingImage);
      const passing = await lay(missingImage);

      await expect(opened().renderer.render(failing.request)).rejects.toMatchObject({
        code: 'PREFLIGHT_FAILED',
        details: { findings: [finding] },
      });
      const { findings } = await opened().renderer.render({ ...passing.request, failOn: [] });
      expect(findings).toMatchObject([finding]);
    });

    it('does not let the failure of one document disturb another', async () => {
      const { sound, crashing } = opened().documents;
      const bad = await lay(crashing);
      const good = await lay(sound);

      const [crashed, rendered] = await Promise.allSettled([
        opened().renderer.render(bad.request),
        opened().renderer.render(good.request),
      ]);

      expect(crashed).toMatchObject({ status: 'rejected', reason: { code: 'RENDERER_CRASHED' } });
      expect(rendered).toMatchObject({ status: 'fulfilled', value: { pageCount: 3 } });
    });
  });
}
