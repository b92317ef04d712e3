import type { PdfOptions, PrinterMarks } from '@pubpipe/core/driver';
import { UsageError } from './usage-error.ts';

/** Bounds of a number on the command line. */
export interface NumberBounds {
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean | undefined;
}

const markNames: Readonly<Record<string, keyof PrinterMarks>> = {
  crop: 'crop',
  bleed: 'bleed',
  registration: 'registration',
  'colour-bars': 'colourBars',
  'document-info': 'documentInfo',
};
const [maxPages, maxRecords] = [10_000, 1_000];

/** Reads a number. Throws a {@link UsageError}, as all of these do. */
export function parseNumber(name: string, text: string, { min, max, integer = false }: NumberBounds): number {
  const value = Number(text);
  if (value >= min && value <= max && (!integer || Number.isInteger(value))) return value;
  throw new UsageError(`${name} must be ${integer ? 'an integer' : 'a number'} from ${min} to ${max}.`);
}

/** Reads the resolution of page images. */
export const parseDpi = (name: string, text: string): number =>
  parseNumber(name, text, { min: 18, max: 1200, integer: true });

/** Reads one of `words`. */
export function parseWord<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw new UsageError(`${name} must be one of ${words.join(', ')}.`);
  return word;
}

/** Reads some of `words`, separated by commas; `none` is none of them. */
export function parseWords<Word extends string>(name: string, text: string, words: readonly Word[]): readonly Word[] {
  if (text === 'none') return [];
  return text.split(',').map((item) => {
    const word = words.find((candidate) => candidate === item.trim());
    if (word !== undefined) return word;
    throw new UsageError(`${name}: "${item}" is none of ${words.join(', ')}; or say none.`);
  });
}

/** Reads pages such as `1-3,5`. */
export const parsePages = (name: string, text: string): readonly number[] =>
  parseList(name, text, { kind: 'page', most: maxPages });

/** Reads records such as `1,17,200-203`. */
export const parseRecords = (name: string, text: string): readonly number[] =>
  parseList(name, text, { kind: 'record', most: maxRecords });

function parseList(
  name: string,
  text: string,
  { kind, most }: { readonly kind: 'page' | 'record'; readonly most: number },
): readonly number[] {
  const numbers: number[] = [];
  for (const part of text.split(',')) {
    const range = /^\s*(\d{1,10})\s*(?:-\s*(\d{1,10})\s*)?$/.exec(part);
    const first = Number(range?.[1]);
    const last = Number(range?.[2] ?? range?.[1]);
    if (range === null || first < 1 || last < first) throw new UsageError(`${name} must be ${kind}s such as 1-3,5.`);
    if (first <= (numbers.at(-1) ?? 0)) throw new UsageError(`${name} must ascend, each ${kind} once.`);
    if (numbers.length + last - first >= most) throw new UsageError(`${name} names more than ${most} ${kind}s.`);
    for (let number = first; number <= last; number += 1) numbers.push(number);
  }
  return numbers;
}

/** Reads a bleed such as `3mm` or `8.5pt`, the same on all sides; without a unit it is in millimetres. */
export function parseBleed(name: string, text: string): PdfOptions['bleed'] {
  if (text === 'none' || text === 'document') return text;
  const [, digits, unit = 'mm'] = /^(\d+(?:\.\d+)?) ?(mm|pt)?$/.exec(text) ?? [];
  if (digits === undefined) throw new UsageError(`${name} must be a width such as 3mm or 8.5pt, or none, or document.`);
  const width = Number(digits);
  return { unit: unit === 'pt' ? 'pt' : 'mm', top: width, right: width, bottom: width, left: width };
}

/** Reads printer marks, separated by commas. */
export function parseMarks(name: string, text: string): PrinterMarks {
  const words = parseWords(name, text, Object.keys(markNames));
  return Object.fromEntries(words.map((word) => [markNames[word], true]));
}
