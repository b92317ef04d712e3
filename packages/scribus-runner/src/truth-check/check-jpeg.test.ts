import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkJpeg } from './check-jpeg.ts';

const pageSize = { widthPt: 36, heightPt: 72 };
const segment = (marker: number, content: Buffer) => {
  const start = Buffer.from([0xff, marker, 0, 0]);
  start.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([start, content]);
};
const frame = (widthPx: number, heightPx: number) => {
  const content = Buffer.from([8, 0, 0, 0, 0, 3]);
  content.writeUInt16BE(heightPx, 1);
  content.writeUInt16BE(widthPx, 3);
  return segment(0xc0, content);
};
const jpeg = (...segments: readonly Buffer[]) =>
  Buffer.concat([
    Buffer.from('ffd8', 'hex'),
    segment(0xe0, Buffer.from('JFIF\0')),
    ...segments,
    Buffer.from('ffd9', 'hex'),
  ]);

async function check(content: Buffer): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'scribus-runner-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'x'), content);
  await checkJpeg(join(directory, 'x'), { pageSize, dpi: 144 });
}

it('passes a JPEG of the size of its page, to a pixel', async () => {
  await expect(check(jpeg(frame(72, 144)))).resolves.toBeUndefined();
  await expect(check(jpeg(frame(73, 143)))).resolves.toBeUndefined();
});

it.each([
  ['another size', jpeg(frame(72, 146)), { widthPx: 72, heightPx: 146 }],
  ['the page lying on its side', jpeg(frame(144, 72)), { widthPx: 144, heightPx: 72 }],
  ['no frame', jpeg(segment(0xda, Buffer.alloc(4))), 'it has no size'],
  ['no JPEG', Buffer.from('GIF89a  '), 'it has no JPEG signature'],
  ['no end', jpeg(frame(72, 144)).subarray(0, -1), 'its end is missing'],
  ['an early end', jpeg(frame(72, 144)).subarray(0, 16), 'it ends too early'],
  ['nothing', Buffer.alloc(0), 'it has no JPEG signature'],
])('refuses one with %s', async (_, content, got) => {
  await expect(check(content)).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH', details: { got } });
});
