import { type MergeDataEncoding, mergeDataEncodings } from '@pubpipe/core/driver';
import { dataUnreadable } from './data-faults.ts';

/** Encodings that data may be in. */
export const dataEncodings: typeof mergeDataEncodings = mergeDataEncodings;

/** One of {@link dataEncodings}. */
export type DataEncoding = MergeDataEncoding;

const marks: readonly (readonly [DataEncoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
const sampleBytes = 4096;
// What Windows-1252 leaves undefined: such bytes say that it is something else.
const undefinedIn1252: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/**
 * Tells the encoding of data: by its byte order mark; UTF-16 without one by where its zero bytes are; UTF-8
 * if all of it is; else Windows-1252, which older spreadsheets write.
 *
 * @throws PubpipeError `DATA_UNREADABLE`, reason `encoding`, when it is none of these.
 */
export async function detectEncoding(content: AsyncIterable<Uint8Array>): Promise<DataEncoding> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let head = new Uint8Array();
  let isUtf8 = true;
  let has1252 = true;
  for await (const piece of content) {
    if (head.byteLength < sampleBytes) {
      head = Buffer.concat([head, piece.subarray(0, sampleBytes)]);
      const marked = markedEncoding(head);
      if (marked !== undefined) return marked;
    }
    isUtf8 &&= decodes(utf8, piece);
    if (!isUtf8) has1252 &&= !piece.some((byte) => undefinedIn1252.has(byte));
    if (!has1252) break;
  }
  const wide = wideEncoding(head);
  if (wide !== undefined) return wide;
  if (isUtf8 && ends(utf8)) return 'utf-8';
  if (has1252) return 'windows-1252';
  throw dataUnreadable('encoding', 'is in none of UTF-8, UTF-16 and Windows-1252');
}

/** Decodes data piece by piece; a byte order mark is left out. */
export async function* decodeData(
  content: AsyncIterable<Uint8Array>,
  encoding: DataEncoding,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let lines = 1;
  const check = (text: string): string => {
    const zero = text.indexOf('\0');
    if (zero !== -1)
      throw dataUnreadable('binary', 'has zero bytes: it is no text', { line: lines + linesIn(text, zero) });
    lines += linesIn(text, text.length);
    return text;
  };
  for await (const piece of content) {
    let text: string;
    try {
      text = decoder.decode(piece, { stream: true });
    } catch (cause) {
      const readable = new TextDecoder(encoding).decode(piece);
      const line = lines + linesIn(readable, readable.indexOf('\u{fffd}'));
      throw dataUnreadable('encoding', `is not in ${encoding}: say its encoding`, { line, cause });
    }
    yield check(text);
  }
  try {
    yield check(decoder.decode());
  } catch (cause) {
    throw dataUnreadable('encoding', `ends in the middle of a character of ${encoding}`, { line: lines, cause });
  }
}

function markedEncoding(head: Uint8Array): DataEncoding | undefined {
  return marks.find(([, mark]) => mark.every((byte, index) => head[index] === byte))?.[0];
}

/** Western text in UTF-16 is every other byte zero, on one side. */
function wideEncoding(head: Uint8Array): DataEncoding | undefined {
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const many = head.byteLength / 4;
  if (odd > many && even < odd / 10) return 'utf-16le';
  return even > many && odd < even / 10 ? 'utf-16be' : undefined;
}

function decodes(decoder: InstanceType<typeof TextDecoder>, piece: Uint8Array): boolean {
  try {
    decoder.decode(piece, { stream: true });
    return true;
  } catch {
    // The answer is no.
    return false;
  }
}

function ends(decoder: InstanceType<typeof TextDecoder>): boolean {
  try {
    decoder.decode();
    return true;
  } catch {
    // The answer is no: the last character is not whole.
    return false;
  }
}

function linesIn(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
