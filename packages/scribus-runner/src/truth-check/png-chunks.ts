import { crc32 } from 'node:zlib';
import type { ByteReader } from './byte-reader.ts';

// https://www.w3.org/TR/png-3/#5Chunk-layout
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const headerBytes = 13;
const paletteColours = 3;
// Viewers that know these show other pictures than the one that was checked.
const animation = new Set(['acTL', 'fcTL', 'fdAT']);
const isCritical = (type: string): boolean => /^[A-Z]/.test(type);

/** What a PNG says of itself in its header. */
export interface PngHeader {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bitDepth: number;
  readonly colourType: number;
  readonly interlaced: boolean;
}

/** Something is wrong with the file. */
export class PngFault extends Error {}

/** Reads signature and header, which come first in every PNG. Throws a {@link PngFault}. */
export async function readPngHeader(reader: ByteReader): Promise<PngHeader> {
  if (!(await reader.take(signature.length)).equals(signature)) throw new PngFault('it has no PNG signature');
  const { type, byteSize } = await readChunkStart(reader);
  if (type !== 'IHDR' || byteSize !== headerBytes) throw new PngFault('it has no header');
  const header = await reader.take(byteSize);
  await checkCrc(reader, crc32(header, crc32(type)), type);
  return {
    widthPx: header.readUInt32BE(0),
    heightPx: header.readUInt32BE(4),
    bitDepth: header.readUInt8(8),
    colourType: header.readUInt8(9),
    interlaced: header.readUInt8(12) !== 0,
  };
}

/**
 * Yields the packed pixels and checks what is around them: every chunk is whole and has the right
 * CRC, the image data lies in one run, and the end chunk is the end. Throws a {@link PngFault}.
 */
export async function* readPngImageData(
  reader: ByteReader,
  { colourType }: Pick<PngHeader, 'colourType'>,
): AsyncGenerator<Buffer> {
  let before = '';
  let hasPalette = false;
  for (;;) {
    const { type, byteSize } = await readChunkStart(reader);
    if (animation.has(type)) throw new PngFault('it has more than one picture');
    if (isCritical(type) && !['PLTE', 'IDAT', 'IEND'].includes(type)) {
      throw new PngFault('it has a part that is not known, or comes twice');
    }
    if (type === 'PLTE' && (hasPalette || before.includes('IDAT'))) throw new PngFault('its colours come too late');
    hasPalette ||= type === 'PLTE';
    if (type === 'IDAT' && colourType === paletteColours && !hasPalette) throw new PngFault('it has no colours');
    if (type === 'IDAT' && before !== 'IDAT' && before.includes('IDAT'))
      throw new PngFault('its image data is in parts');
    let crc = crc32(type);
    let left = byteSize;
    for await (const piece of reader.pieces(byteSize)) {
      crc = crc32(piece, crc);
      left -= piece.length;
      if (type === 'IDAT') yield piece;
    }
    if (left > 0) throw new PngFault('it ends too early');
    await checkCrc(reader, crc, type);
    if (type === 'IEND') break;
    before = type === 'IDAT' || !before.includes('IDAT') ? type : `${type} after IDAT`;
  }
  if ((await reader.take(1)).length > 0) throw new PngFault('it goes on after its end');
}

async function readChunkStart(reader: ByteReader): Promise<{ readonly type: string; readonly byteSize: number }> {
  const start = await reader.take(8);
  if (start.length < 8) throw new PngFault('it ends too early');
  return { byteSize: start.readUInt32BE(0), type: start.toString('latin1', 4) };
}

async function checkCrc(reader: ByteReader, crc: number, type: string): Promise<void> {
  const stored = await reader.take(4);
  if (stored.length < 4) throw new PngFault('it ends too early');
  if (stored.readUInt32BE(0) !== crc) throw new PngFault(`its ${type} chunk is damaged`);
}
