import { open } from 'node:fs/promises';
import type { PageSize } from '../protocol/answer.ts';
import { ByteReader } from './byte-reader.ts';
import { mismatch } from './mismatch.ts';

const tolerancePx = 1;
// https://www.w3.org/Graphics/JPEG/itu-t81.pdf, table B.1: frames of all kinds, but for DHT, JPG and DAC.
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
const startOfScan = 0xda;

/**
 * Checks that a JPEG begins and ends as one, and has the size of its page. Its pixels are not unpacked.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is damaged or of another size.
 */
export async function checkJpeg(
  path: string,
  { pageSize, dpi }: { readonly pageSize: PageSize; readonly dpi: number },
): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const [widthPx, heightPx] = await readSize(new ByteReader(file));
    const end = await file.read(Buffer.alloc(2), 0, 2, Math.max(0, size - 2));
    if (end.buffer.readUInt16BE(0) !== 0xffd9) throw damaged('its end is missing');
    const asked = [(pageSize.widthPt * dpi) / 72, (pageSize.heightPt * dpi) / 72] as const;
    const near = (got: number, wanted: number) => got >= 1 && Math.abs(got - wanted) <= tolerancePx;
    if (near(widthPx, asked[0]) && near(heightPx, asked[1])) return;
    const [askedWidthPx, askedHeightPx] = asked.map(Math.round);
    throw mismatch(
      `The page image has ${widthPx} × ${heightPx} pixels instead of ${askedWidthPx} × ${askedHeightPx}.`,
      { widthPx: askedWidthPx, heightPx: askedHeightPx },
      { widthPx, heightPx },
    );
  } finally {
    await file.close();
  }
}

/** Reads segment after segment, each with a marker and its length, up to the one that tells the size. */
async function readSize(reader: ByteReader): Promise<readonly [widthPx: number, heightPx: number]> {
  if ((await reader.take(2)).toString('hex') !== 'ffd8') throw damaged('it has no JPEG signature');
  for (;;) {
    const start = await reader.take(4);
    if (start.length < 4 || start.readUInt8(0) !== 0xff) throw damaged('it ends before its size');
    const marker = start.readUInt8(1);
    const byteSize = start.readUInt16BE(2) - 2;
    if (byteSize < 0 || marker === startOfScan) throw damaged('it has no size');
    const content = await reader.take(byteSize);
    if (content.length < byteSize) throw damaged('it ends too early');
    if (isFrame(marker) && byteSize >= 5) return [content.readUInt16BE(3), content.readUInt16BE(1)];
  }
}

const damaged = (why: string): Error => mismatch(`The page image is damaged: ${why}.`, 'a whole JPEG', why);
