import { expect, it } from 'vitest';
import { sliceDocumentText } from './document-text.ts';

const long = '<A>ö𝄞</A>'.repeat(50_000);

it('gives all of a text, in pieces of which each is short', async () => {
  const { signal } = new AbortController();
  const pieces = await Array.fromAsync(sliceDocumentText(long, { maxBytes: 2 ** 28, signal }));

  expect(pieces.join('')).toBe(long);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
});

it('lets others have their turn, who may abort it', async () => {
  const aborting = new AbortController();
  setImmediate(() => aborting.abort());
  const slices = sliceDocumentText(long, { maxBytes: 2 ** 28, signal: aborting.signal });

  await expect(Array.fromAsync(slices)).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('counts the bytes of a text', async () => {
  const { signal } = new AbortController();
  const of = (maxBytes: number) => Array.fromAsync(sliceDocumentText('ö𝄞', { maxBytes, signal }));

  expect(await of(6)).toEqual(['ö𝄞']);
  await expect(of(5)).rejects.toMatchObject({ code: 'DOCUMENT_UNREADABLE', details: { maxDocumentBytes: 5 } });
});
