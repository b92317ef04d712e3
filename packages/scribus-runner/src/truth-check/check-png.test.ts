import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { checkPng } from './check-png.ts';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const expected = { pageSize: { widthPt: 36, heightPt: 18 }, dpi: 144 };

function chunk(type: string, data: Buffer): Buffer {
  const [byteSize, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  byteSize.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(data, crc32(type)));
  return Buffer.concat([byteSize, Buffer.from(type), data, crc]);
}

function header(widthPx: number, heightPx: number, interlace = 0): Buffer {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, interlace]);
  data.writeUInt32BE(widthPx, 0);
  data.writeUInt32BE(heightPx, 4);
  return chunk('IHDR', data);
}

const rows = (widthPx: number, heightPx: number): Buffer => {
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(4 * widthPx, 'pixel')]);
  return Buffer.concat(Array.from({ length: heightPx }, () => row));
};
const data = deflateSync(rows(72, 36), { level: 0 });
const [firstHalf, secondHalf] = [data.subarray(0, 5000), data.subarray(5000)];
const end = chunk('IEND', Buffer.alloc(0));
const sound = Buffer.concat([signature, header(72, 36), chunk('IDAT', firstHalf), chunk('IDAT', secondHalf), end]);

async function check(content: Buffer): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'check-png-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'page.png'), content);
  await checkPng(join(directory, 'page.png'), expected, new AbortController().signal);
}

it('passes a whole image of the right size', async () => {
  await expect(check(sound)).resolves.toBeUndefined();
});

it('passes an image that is one pixel off, as rounding makes it', async () => {
  await expect(
    check(Buffer.concat([signature, header(73, 35), chunk('IDAT', deflateSync(rows(73, 35))), end])),
  ).resolves.toBeUndefined();
});

it.each([
  { widthPx: 74, heightPx: 36 },
  { widthPx: 72, heightPx: 34 },
  { widthPx: 36, heightPx: 72 },
  { widthPx: 0, heightPx: 36 },
])('refuses an image of $widthPx × $heightPx pixels, and says what was asked', async ({ widthPx, heightPx }) => {
  const image = Buffer.concat([signature, header(widthPx, heightPx), chunk('IDAT', data), end]);

  await expect(check(image)).rejects.toMatchObject({
    code: 'OUTPUT_MISMATCH',
    details: { asked: { widthPx: 72, heightPx: 36 }, got: { widthPx, heightPx } },
  });
});

it('refuses an image that is cut off, wherever', async () => {
  for (let length = 0; length < sound.length; length += 97) {
    await expect(check(sound.subarray(0, length)), `cut at ${length}`).rejects.toMatchObject({
      code: 'OUTPUT_MISMATCH',
    });
  }
  await expect(check(sound.subarray(0, -1))).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH' });
});

it('refuses an image with a flipped bit, wherever', async () => {
  for (let position = 0; position < sound.length; position += 89) {
    const damaged = Buffer.from(sound);
    damaged[position] = (damaged[position] ?? 0) ^ 4;
    await expect(check(damaged), `flipped at ${position}`).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH' });
  }
});

it.each([
  { what: 'too few pixels', chunks: [header(72, 36), chunk('IDAT', deflateSync(rows(72, 35))), end] },
  { what: 'too many pixels', chunks: [header(72, 36), chunk('IDAT', deflateSync(rows(72, 3600))), end] },
  { what: 'pixels whose packing ends too early', chunks: [header(72, 36), chunk('IDAT', firstHalf), end] },
  { what: 'no pixels', chunks: [header(72, 36), end] },
  { what: 'no end', chunks: [header(72, 36), chunk('IDAT', data)] },
  { what: 'something after the end', chunks: [header(72, 36), chunk('IDAT', data), end, Buffer.from('x')] },
  {
    what: 'pixels in two places',
    chunks: [header(72, 36), chunk('IDAT', firstHalf), chunk('tEXt', Buffer.from('x')), chunk('IDAT', secondHalf), end],
  },
  { what: 'interlacing, which nobody asked for', chunks: [header(72, 36, 1), chunk('IDAT', data), end] },
])('refuses an image with $what', async ({ chunks }) => {
  await expect(check(Buffer.concat([signature, ...chunks]))).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH' });
});

const withChunks = (...chunks: readonly Buffer[]): Buffer => Buffer.concat([signature, ...chunks, end]);
const pixels = chunk('IDAT', data);
const filteredBy = (filter: number): Buffer => {
  const all = rows(72, 36);
  all[35 * (1 + 4 * 72)] = filter;
  return chunk('IDAT', deflateSync(all));
};
const kind = (bitDepth: number, colourType: number): Buffer => {
  const content = Buffer.from(header(72, 36).subarray(8, 21));
  content[8] = bitDepth;
  content[9] = colourType;
  return chunk('IHDR', content);
};

it('passes what other programs make of a page image: remarks, filters, a palette', async () => {
  const packed = chunk('IDAT', deflateSync(Buffer.alloc(36 * 73)));
  const palette = chunk('PLTE', Buffer.from([1, 2, 3]));

  await expect(
    check(withChunks(header(72, 36), chunk('tEXt', Buffer.from('a')), filteredBy(4))),
  ).resolves.toBeUndefined();
  await expect(check(withChunks(kind(8, 3), palette, packed))).resolves.toBeUndefined();
});

it.each([
  {
    what: 'an image with a second one that moves',
    content: withChunks(header(72, 36), chunk('acTL', Buffer.alloc(8)), pixels),
  },
  { what: 'an image with something behind its packed pixels', content: withChunks(header(72, 36), pixelsAnd('more')) },
  { what: 'an image with a row that has no known filter', content: withChunks(header(72, 36), filteredBy(5)) },
  { what: 'an image with two headers', content: withChunks(header(72, 36), header(72, 36), pixels) },
  { what: 'an image with a part that nobody knows', content: withChunks(header(72, 36), chunk('ABCD', end), pixels) },
  {
    what: 'an image of a palette that is missing',
    content: withChunks(kind(8, 3), chunk('IDAT', deflateSync(Buffer.alloc(36 * 73)))),
  },
  { what: 'an image with an odd number of bits', content: withChunks(kind(3, 6), pixels) },
])('refuses $what', async ({ content }) => {
  await expect(check(content)).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH' });
});

function pixelsAnd(more: string): Buffer {
  return chunk('IDAT', Buffer.concat([data, Buffer.from(more)]));
}
