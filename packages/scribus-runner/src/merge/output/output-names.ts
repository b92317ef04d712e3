import { createHash } from 'node:crypto';
import { PubpipeError } from '@pubpipe/core/driver';
import type { DataRecord } from '../data/data-record.ts';
import { splitAtVariables } from '../template/variables.ts';

/** How documents are named. */
export interface OutputNamesOptions {
  /** May have variables, `%VAR_COUNT%` too; a `/` makes folders. Without an ending. */
  readonly pattern: string;
  /** Digits of `%VAR_COUNT%`, filled up with zeros. */
  readonly countDigits: number;
  /** Names that no document gets. @defaultValue none */
  readonly taken?: readonly string[] | undefined;
}

// What Windows refuses, what a shell shows as something else, and what no name should begin or end with.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const unsafe = /[<>?":|\\*\u0000-\u001f\u007f-\u009f\u{fffd}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Surrogate}]/gu;
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
// Leaves room for a number and an ending in the 255 that file systems take.
const maxSegmentBytes = 180;
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const maxSegments = 8;

/** Names documents after the values of their records: safe on every system, each name once. */
export class OutputNames {
  readonly #options: OutputNamesOptions;
  /** Marks of the names that were given, 6 bytes each: there may be a million. */
  readonly #given = new Set<number>();

  /** @throws PubpipeError `INVALID_INPUT` for a pattern that names nothing. */
  constructor(options: OutputNamesOptions) {
    if (options.pattern.trim() === '') throw new PubpipeError('INVALID_INPUT', 'The pattern of names is empty.');
    this.#options = options;
    for (const name of options.taken ?? []) this.#given.add(markOf(name));
  }

  /**
   * Names the document of a record. A name that was given before, or is empty, has the record's number added; capital
   * and small letters count as the same.
   */
  nameOf(record: DataRecord): string {
    const count = String(record.number).padStart(this.#options.countDigits, '0');
    const text = splitAtVariables(this.#options.pattern)
      .map((piece) => {
        if (piece.kind === 'literal') return piece.text;
        if (piece.kind === 'next') return '';
        return piece.name === 'COUNT' ? count : (record.values.get(piece.name) ?? '');
      })
      .join('');
    const name = toSafePath(text);
    let candidate = name === '' ? count : name;
    for (let again = 1; this.#given.has(markOf(candidate)); again += 1) {
      candidate = [name, count, ...(again === 1 ? [] : [again])].filter((part) => part !== '').join('-');
    }
    this.#given.add(markOf(candidate));
    return candidate;
  }
}

function toSafePath(text: string): string {
  const segments = text.normalize('NFC').split('/').map(toSafeSegment);
  return segments
    .filter((segment) => segment !== '')
    .slice(0, maxSegments)
    .join('/');
}

function toSafeSegment(text: string): string {
  const clean = text.replaceAll(unsafe, '_').trim().replace(/^\.+/, '_');
  const short = cutToBytes(clean, maxSegmentBytes).replace(/[. ]+$/, '');
  return reserved.test(short) ? `_${short}` : short;
}

/** Cuts between what a reader takes for characters. */
function cutToBytes(text: string, maxBytes: number): string {
  let [short, bytes] = ['', 0];
  for (const { segment } of characters.segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxBytes) break;
    short += segment;
  }
  return short;
}

function markOf(name: string): number {
  return createHash('sha256').update(name.toLowerCase()).digest().readUIntBE(0, 6);
}
