import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAssetName, type Rendition } from '@pubpipe/core';
import { expect, it } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { openRendererForTest } from './open-renderer.ts';

it('makes several sets of images and several PDFs in one open, and hands over one by one', async () => {
  const { render } = await openRendererForTest();
  const handedOver: Rendition[] = [];

  const { result, scratch } = await render(
    documents.sound,
    {
      renditions: [
        { kind: 'pdf' },
        { kind: 'png', pages: [1, 2] },
        { kind: 'pdf', fileName: parseAssetName('print/flyer.pdf'), profile: 'print' },
        { kind: 'jpeg', dpi: 300, prefix: 'large/' },
        { kind: 'jpeg', dpi: 36, prefix: 'small-', pages: [1] },
      ],
    },
    { onRendition: (rendition) => handedOver.push(rendition) },
  );

  expect(handedOver).toEqual(result.renditions);
  expect(handedOver.map(({ name, page, mediaType }) => [name, page, mediaType])).toEqual([
    ['page-0001.png', 1, 'image/png'],
    ['page-0002.png', 2, 'image/png'],
    ['large/0001.jpg', 1, 'image/jpeg'],
    ['large/0002.jpg', 2, 'image/jpeg'],
    ['large/0003.jpg', 3, 'image/jpeg'],
    ['small-0001.jpg', 1, 'image/jpeg'],
    ['document.pdf', undefined, 'application/pdf'],
    ['print/flyer.pdf', undefined, 'application/pdf'],
  ]);
  for (const [name, dpi] of [
    ['large/0003.jpg', 300],
    ['small-0001.jpg', 36],
  ] as const) {
    const [widthPx, heightPx] = jpegSize(await readFile(join(scratch.outputDirectory, name)));
    expect(Math.abs(widthPx - (209.764 * dpi) / 72)).toBeLessThanOrEqual(1);
    expect(Math.abs(heightPx - (297.638 * dpi) / 72)).toBeLessThanOrEqual(1);
  }
});

it('counts a page beyond the last in any rendition as a mistake of the request', async () => {
  const { render } = await openRendererForTest();

  const beyond = render(documents.sound, { renditions: [{ kind: 'png' }, { kind: 'pdf', pages: [2, 4] }] });

  await expect(beyond).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { page: 4, pageCount: 3 } });
});

/** Height and width stand in the frame's header: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.2.2. */
function jpegSize(bytes: Buffer): readonly [number, number] {
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  return [bytes.readUInt16BE(frame + 7), bytes.readUInt16BE(frame + 5)];
}
