import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkJpeg } from './check-jpeg.ts';

const expected = { pageSize: { widthPt: 36, heightPt: 18 }, dpi: 144 };

function segment(marker: number, content: readonly number[]): Buffer {
  const length = content.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 255, ...content]);
}

const frame = (widthPx: number, heightPx: number) =>
  segment(0xc0, [8, heightPx >> 8, heightPx & 255, widthPx >> 8, widthPx & 255, 1, 1, 0x11, 0]);
const start = Buffer.from([0xff, 0xd8]);
const application = segment(0xe0, [...Buffer.from('JFIF\0\x01\x01')]);
const scan = segment(0xda, [1, 1, 0, 0, 63, 0]);
const pixels = Buffer.from([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 5]);
const end = Buffer.from([0xff, 0xd9]);
const sound = Buffer.concat([start, application, frame(72, 36), scan, pixels, end]);

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'check-jpeg-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function check(content: Buffer): Promise<void> {
  const path = join(await directory(), 'page.jpg');
  await writeFile(path, content);
  await checkJpeg(path, expected, new AbortController().signal);
}

it('passes a whole image of the right size', async () => {
  await expect(check(sound)).resolves.toBeUndefined();
  const long = Buffer.alloc(200_000, 'pixels');
  await expect(check(Buffer.concat([start, frame(73, 35), scan, long, scan, long, end]))).resolves.toBeUndefined();
});

it('refuses an image of another size, and says what was asked', async () => {
  await expect(check(Buffer.concat([start, frame(74, 36), scan, pixels, end]))).rejects.toMatchObject({
    code: 'OUTPUT_MISMATCH',
    details: { asked: { widthPx: 72, heightPx: 36 }, got: { widthPx: 74, heightPx: 36 } },
  });
});

it('refuses an image that is cut off, wherever', async () => {
  for (let length = 0; length < sound.length; length += 1) {
    await expect(check(sound.subarray(0, length)), `cut at ${length}`).rejects.toMatchObject({
      code: 'OUTPUT_MISMATCH',
    });
  }
});

it.each([
  { what: 'no pixels', parts: [start, frame(72, 36), end] },
  { what: 'no size', parts: [start, scan, pixels, end] },
  { what: 'two sizes', parts: [start, frame(72, 36), frame(72, 36), scan, pixels, end] },
  { what: 'something after the end', parts: [sound, Buffer.from('x')] },
  { what: 'something between its segments', parts: [start, Buffer.from('x'), frame(72, 36), scan, pixels, end] },
])('refuses an image with $what', async ({ parts }) => {
  await expect(check(Buffer.concat(parts))).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH' });
});

it('does not follow a link', async () => {
  const path = await directory();
  await writeFile(join(path, 'elsewhere.jpg'), sound);
  await symlink('elsewhere.jpg', join(path, 'page.jpg'));
  await expect(checkJpeg(join(path, 'page.jpg'), expected, new AbortController().signal)).rejects.toMatchObject({
    code: 'OUTPUT_MISMATCH',
  });
});

it('stops when it is told to', async () => {
  const path = join(await directory(), 'page.jpg');
  await writeFile(path, sound);
  await expect(checkJpeg(path, expected, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
});

const colours = segment(0xc0, [8, 0, 36, 0, 72, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
const scanOf = (...components: readonly number[]) =>
  segment(0xda, [components.length, ...components.flatMap((component) => [component, 0]), 0, 63, 0]);

it('passes an image whose colours come together, or one after the other', async () => {
  await expect(check(Buffer.concat([start, colours, scanOf(1, 2, 3), pixels, end]))).resolves.toBeUndefined();
  const apart = [1, 2, 3].flatMap((component) => [scanOf(component), pixels]);
  await expect(check(Buffer.concat([start, colours, ...apart, end]))).resolves.toBeUndefined();
});

it.each([
  { what: 'an image without one of its colours', parts: [colours, scanOf(1, 3), pixels] },
  { what: 'an image whose scan is empty', parts: [colours, scanOf(1, 2, 3)] },
  { what: 'an image with a second frame of another kind', parts: [frame(72, 36), scan, pixels, segment(0xc9, [8])] },
  { what: 'an image that says its size late', parts: [frame(72, 36), scan, pixels, segment(0xdc, [0, 36])] },
  { what: 'an image with a scan of odd length', parts: [frame(72, 36), segment(0xda, [1, 1, 0, 0, 63]), pixels] },
])('refuses $what', async ({ parts }) => {
  await expect(check(Buffer.concat([start, ...parts, end]))).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH' });
});
