import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, deflateSync, inflateSync } from 'node:zlib';

// https://www.w3.org/TR/png-3/
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const channelsOf: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** A square PNG of nothing but magenta, the colour that stands for a secret. */
export function magentaPng(sizePx: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(sizePx, 0);
  header.writeUInt32BE(sizePx, 4);
  header.set([8, 2], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(sizePx * 3, Buffer.from([255, 0, 255]))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: sizePx }, () => row)), { level: 1 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Whether a PNG or a page of a PDF shows magenta, of whatever shade a change of colour space makes of it. */
export async function showsMagenta(path: string): Promise<boolean> {
  return path.endsWith('.pdf') ? pdfShowsMagenta(path) : hasMagenta(...pixelsOfPng(await readFile(path)));
}

async function pdfShowsMagenta(path: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('pdftoppm', ['-r', '36', path], {
    encoding: 'buffer',
    maxBuffer: 2 ** 26,
  });
  // Pages follow each other: a header of three lines, then the pixels.
  for (let rest = stdout; rest.length > 0; ) {
    const [head = '', width, height] = /^P6\s(\d+) (\d+)\s255\s/.exec(rest.toString('latin1', 0, 64)) ?? [];
    const end = head.length + Number(width) * Number(height) * 3;
    if (hasMagenta(rest.subarray(head.length, end), 3)) return true;
    rest = rest.subarray(end);
  }
  return false;
}

function hasMagenta(pixels: Buffer, channels: number): boolean {
  for (let at = 0; at + 2 < pixels.length; at += channels) {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(at, at + 3);
    const opaque = channels === 3 || (pixels[at + 3] ?? 0) > 128;
    if (opaque && red > 180 && green < 90 && blue > 100) return true;
  }
  return false;
}

/** The pixels of a PNG as Scribus writes them: eight bits, not interlaced. */
function pixelsOfPng(png: Buffer): readonly [pixels: Buffer, channels: number] {
  const width = png.readUInt32BE(16);
  const channels = channelsOf[png.readUInt8(25)] ?? 0;
  if (channels === 0 || png.readUInt8(24) !== 8 || png.readUInt8(28) !== 0) throw new Error('Another kind of PNG.');
  const packed: Buffer[] = [];
  for (let at = signature.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      packed.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  return [unfiltered(inflateSync(Buffer.concat(packed)), width * channels, channels), channels];
}

function unfiltered(data: Buffer, rowBytes: number, channels: number): Buffer {
  const rows = data.length / (rowBytes + 1);
  const pixels = Buffer.alloc(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const filter = data[row * (rowBytes + 1)];
    for (let column = 0; column < rowBytes; column++) {
      const at = row * rowBytes + column;
      const left = column < channels ? 0 : (pixels[at - channels] ?? 0);
      const up = row === 0 ? 0 : (pixels[at - rowBytes] ?? 0);
      const corner = row === 0 || column < channels ? 0 : (pixels[at - rowBytes - channels] ?? 0);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      pixels[at] = (data[row * (rowBytes + 1) + 1 + column] ?? 0) + predicted;
    }
  }
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
