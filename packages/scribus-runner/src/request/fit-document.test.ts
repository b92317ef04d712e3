import { expect, it } from 'vitest';
import { fitDocument } from './fit-document.ts';
import { toParsedRenditions } from './parse-renditions.ts';

const a4 = { widthPt: 595, heightPt: 842 };
const fit = async (renditions: readonly object[]) => fitDocument(await toParsedRenditions(renditions), [a4, a4]);

it('lets pass what the document has', async () => {
  await expect(
    fit([
      { kind: 'pdf', pages: [1, 2] },
      { kind: 'png', dpi: 1200 },
    ]),
  ).resolves.toBeUndefined();
});

it.each(['pdf', 'png', 'jpeg'])('refuses a page of a %s that the document does not have', async (kind) => {
  const error = { code: 'INVALID_INPUT', details: { page: 3, pageCount: 2 } };

  await expect(
    fit([
      { kind: 'png', prefix: 'x-' },
      { kind, pages: [2, 3] },
    ]),
  ).rejects.toMatchObject(error);
});

it('refuses an image that is larger than memory can be expected to be, in any of the sets', async () => {
  const huge = { widthPt: 14_400, heightPt: 14_400 };
  const renditions = await toParsedRenditions([{ kind: 'png' }, { kind: 'jpeg', dpi: 300 }]);

  expect(() => fitDocument(renditions, [a4, huge])).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT', details: { page: 2, pixels: 3_600_000_000 } }),
  );
});
