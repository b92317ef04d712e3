import { pdfLimits } from './pdf-budget.ts';
import { PdfFault } from './pdf-fault.ts';
import type { PdfFile } from './pdf-file.ts';
import { refuseGeneration } from './pdf-syntax.ts';
import { isArray, isDictionary, type PdfDictionary, PdfStream, type PdfValue } from './pdf-value.ts';

// ISO 32000-1, 7.5.4 and 7.5.8
const entryBytes = 20;
const [unknown, free, plain, packed] = [0, 1, 2, 3] as const;
// A container and an index in it are kept in one number.
const indexes = 2 ** 24;

/** Where an object is: at an offset of the file, or packed with others into a stream. */
export type PdfPlace =
  | { readonly offset: number; readonly container?: undefined }
  | { readonly container: number; readonly index: number; readonly offset?: undefined };

/** The table of a PDF's objects. */
export class PdfTable {
  readonly trailer: PdfDictionary;
  readonly size: number;
  readonly #kinds: Uint8Array;
  readonly #places: Float64Array;

  constructor(trailer: PdfDictionary) {
    const size = trailer.get('Size');
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 1) throw new PdfFault('its trailer has no size');
    if (size > pdfLimits.objects) throw new PdfFault('it has too many objects');
    this.trailer = trailer;
    this.size = size;
    this.#kinds = new Uint8Array(size);
    this.#places = new Float64Array(size);
  }

  find(number: number): PdfPlace | undefined {
    const place = this.#places[number] ?? 0;
    if (this.#kinds[number] === plain) return { offset: place };
    if (this.#kinds[number] !== packed) return undefined;
    return { container: Math.floor(place / indexes), index: place % indexes };
  }

  /** Notes an entry unless a newer one is known. */
  note(number: number, kind: number, place: number): void {
    if (number >= this.size || this.#kinds[number] !== unknown) return;
    this.#kinds[number] = kind;
    this.#places[number] = place;
  }
}

/** Reads the table at `offset` and all that it continues. Throws a {@link PdfFault}. */
export function readPdfTable(file: PdfFile, offset: number): PdfTable {
  let table: PdfTable | undefined;
  const seen = new Set<number>();
  const queue = [offset];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (seen.has(at) || seen.size > pdfLimits.updates) throw new PdfFault('its tables of objects go in a circle');
    seen.add(at);
    if (at >= file.bytes.size) throw new PdfFault('its table of objects is not where it should be');
    const section = file.bytes.read(at, 4).toString('latin1') === 'xref' ? readPlain(file, at) : readPacked(file, at);
    table ??= new PdfTable(section.trailer);
    section.noteIn(table);
    // Old readers would follow one, newer ones the other.
    if (section.trailer.has('XRefStm')) throw new PdfFault('it has two tables of objects for one state');
    const next = section.trailer.get('Prev');
    if (next === undefined) continue;
    if (typeof next !== 'number') throw new PdfFault('its table of objects is not where it should be');
    queue.push(next);
  }
  if (table === undefined) throw new PdfFault('its table of objects is missing');
  return table;
}

interface Section {
  readonly trailer: PdfDictionary;
  readonly noteIn: (table: PdfTable) => void;
}

function readPlain(file: PdfFile, offset: number): Section {
  const parts: { readonly first: number; readonly count: number; readonly start: number }[] = [];
  let at = offset + 4;
  for (;;) {
    const heading = file.bytes.readOnce(at, 64).toString('latin1');
    const [whole, first, count] = /^\s*(\d{1,10})\s+(\d{1,10})[ ]*(?:\r\n|\n|\r)/.exec(heading) ?? [];
    if (whole === undefined) break;
    const part = { first: Number(first), count: Number(count), start: at + whole.length };
    const before = parts.at(-1);
    refuseOverlap(before === undefined ? 0 : before.first + before.count, part.first);
    at = part.start + part.count * entryBytes;
    if (at > file.bytes.size) throw new PdfFault('its table of objects is cut off');
    parts.push(part);
  }
  const trailer = file.parseAt(at, (syntax) => (syntax.readKeyword() === 'trailer' ? syntax.readValue() : null));
  if (!isDictionary(trailer)) throw new PdfFault('its trailer is missing');
  return {
    trailer,
    noteIn(table) {
      for (const part of parts) notePlainEntries(file, part, table);
    },
  };
}

function notePlainEntries(
  file: PdfFile,
  { first, count, start }: { readonly first: number; readonly count: number; readonly start: number },
  table: PdfTable,
): void {
  const inReach = Math.min(count, Math.max(0, table.size - first));
  const entries = file.bytes.readOnce(start, inReach * entryBytes).toString('latin1');
  for (let index = 0; index < inReach; index += 1) {
    const entry = entries.slice(index * entryBytes, (index + 1) * entryBytes);
    if (!/^\d{10} (?:\d{5} f|00000 n)[ \r][\r\n]$/.test(entry)) throw new PdfFault('its table of objects is damaged');
    table.note(first + index, entry[17] === 'n' ? plain : free, Number(entry.slice(0, 10)));
  }
}

function readPacked(file: PdfFile, offset: number): Section {
  let stream: PdfValue;
  try {
    stream = file.parseAt(offset, (syntax) => syntax.readObject()).value;
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    throw new PdfFault('its table of objects is not where it should be', { cause: error });
  }
  if (!(stream instanceof PdfStream)) throw new PdfFault('its table of objects is not where it should be');
  const { dictionary } = stream;
  const widths = dictionary.get('W');
  if (!isNumbers(widths) || widths.length !== 3 || widths.some((width) => width < 0 || width > 8)) {
    throw new PdfFault('its table of objects is damaged');
  }
  const index = dictionary.get('Index') ?? [0, dictionary.get('Size') ?? 0];
  if (!isNumbers(index)) throw new PdfFault('its table of objects is damaged');
  const rows = file.unpack(stream);
  return { trailer: dictionary, noteIn: (table) => notePackedEntries(rows, widths, index, table) };
}

function notePackedEntries(rows: Buffer, widths: readonly number[], index: readonly number[], table: PdfTable): void {
  const [kindWidth = 0, placeWidth = 0, lastWidth = 0] = widths;
  const rowBytes = kindWidth + placeWidth + lastWidth;
  let at = 0;
  let end = 0;
  for (let part = 0; part + 1 < index.length; part += 2) {
    const [first = 0, count = 0] = index.slice(part, part + 2);
    if (rowBytes === 0 || count < 0 || at + count * rowBytes > rows.length) {
      throw new PdfFault('its table of objects is cut off');
    }
    refuseOverlap(end, first);
    end = first + count;
    for (let row = 0; row < count; row += 1, at += rowBytes) {
      const kind = kindWidth === 0 ? 1 : readNumber(rows, at, kindWidth);
      const place = readNumber(rows, at + kindWidth, placeWidth);
      const last = readNumber(rows, at + kindWidth + placeWidth, lastWidth);
      if (kind === 1) refuseGeneration(last);
      if (kind === 2 && last >= indexes) throw new PdfFault('its table of objects is damaged');
      if (kind <= 2)
        table.note(first + row, [free, plain, packed][kind] ?? free, kind === 2 ? place * indexes + last : place);
    }
  }
}

/** Readers differ in which of two entries of one section counts. */
function refuseOverlap(end: number, first: number): void {
  if (first < end) throw new PdfFault('its table of objects has an object twice');
}

function readNumber(bytes: Buffer, start: number, length: number): number {
  let number = 0;
  for (let index = start; index < start + length; index += 1) number = number * 256 + (bytes[index] ?? 0);
  return number;
}

const isNumbers = (value: PdfValue | undefined): value is readonly number[] =>
  isArray(value) && value.every((item) => typeof item === 'number' && Number.isInteger(item));
