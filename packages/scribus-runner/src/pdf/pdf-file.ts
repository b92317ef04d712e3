import { PdfBudget, pdfLimits } from './pdf-budget.ts';
import { PdfBytes } from './pdf-bytes.ts';
import { PdfFault } from './pdf-fault.ts';
import { tryUnpacking, unpackStream } from './pdf-filters.ts';
import { MoreNeeded, PdfSyntax } from './pdf-syntax.ts';
import { isDictionary, nameOf, type PdfDictionary, PdfRef, PdfStream, type PdfValue } from './pdf-value.ts';
import { type PdfPlace, type PdfTable, readPdfTable } from './pdf-xref.ts';

/** An object, and the number that it is known by. */
interface NumberedValue {
  readonly number: number;
  readonly value: PdfValue;
}

const firstBytes = 1024;
const maxLinks = 32;
const maxPacked = 4;

/**
 * A PDF as strictly read as one should be written: what has to be guessed or repaired is a fault. It is
 * read where it is needed, so its length doesn't matter. Throws a {@link PdfFault}.
 */
export class PdfFile {
  readonly bytes: PdfBytes;
  /** Version in its first line, such as `1.4`. */
  readonly headerVersion: string;
  /** Offset of its last table of objects. */
  readonly tableOffset: number;
  readonly #budget: PdfBudget;
  #table: PdfTable | undefined;
  readonly #packed = new Map<number, readonly NumberedValue[]>();
  readonly #unpacking = new Set<number>();

  /** `unpackedBytes` bounds all streams unpacked, if it is not to be as of one document. */
  constructor(descriptor: number, unpackedBytes?: number) {
    this.bytes = new PdfBytes(descriptor);
    this.#budget = new PdfBudget(this.bytes.size, unpackedBytes);
    const [, version] = /^%PDF-(\d\.\d)[\r\n]/.exec(this.bytes.read(0, 16).toString('latin1')) ?? [];
    if (version === undefined) throw new PdfFault('it has no PDF header');
    this.headerVersion = version;
    this.tableOffset = findTable(this.bytes);
    this.#table = readPdfTable(this, this.tableOffset);
  }

  get trailer(): PdfDictionary {
    return this.#objects.trailer;
  }

  /** How many objects there can be. */
  get objectCount(): number {
    return this.#objects.size;
  }

  /** Whether its last table of objects is written as text, not packed in a stream. */
  get hasPlainTable(): boolean {
    return this.bytes.read(this.tableOffset, 4).toString('latin1') === 'xref';
  }

  /** Where the object of this number is, undefined when there is none. */
  place(number: number): PdfPlace | undefined {
    return this.#objects.find(number);
  }

  /** The value itself or, of a reference, the object; `null` when there is none. */
  resolve(value: PdfValue | undefined): PdfValue {
    let found = value ?? null;
    for (let links = 0; found instanceof PdfRef; links += 1) {
      if (links === maxLinks) throw new PdfFault('its references go in a circle');
      found = this.object(found.number);
    }
    return found;
  }

  /** As {@link resolve}, of what must be a dictionary. */
  dictionary(value: PdfValue | undefined, what: string): PdfDictionary {
    const found = this.resolve(value);
    if (found instanceof PdfStream) return found.dictionary;
    if (!isDictionary(found)) throw new PdfFault(`${what} is missing`);
    return found;
  }

  /** The object of this number, `null` when there is none. */
  object(number: number): PdfValue {
    const place = this.#objects.find(number);
    if (place === undefined) return null;
    if (place.container !== undefined) {
      const object = this.#unpackObjects(place.container)[place.index];
      if (object?.number !== number) throw new PdfFault('its table of objects points elsewhere');
      return object.value;
    }
    const object = this.parseAt(place.offset, (syntax) => syntax.readObject());
    if (object.number !== number) throw new PdfFault('its table of objects points elsewhere');
    return object.value;
  }

  /** Parses what begins at an offset, reading as much of the file as it takes. */
  parseAt<Result>(offset: number, parse: (syntax: PdfSyntax) => Result): Result {
    for (let length = firstBytes; ; length *= 8) {
      if (length > pdfLimits.objectBytes) length = pdfLimits.objectBytes;
      const bytes = this.bytes.read(offset, length);
      try {
        const syntax = new PdfSyntax(bytes, offset);
        const result = parse(syntax);
        this.#budget.parse(syntax.position - offset);
        return result;
      } catch (error) {
        if (!(error instanceof MoreNeeded)) throw error;
        if (offset + length >= this.bytes.size) throw new PdfFault('it ends too early');
        if (length === pdfLimits.objectBytes) throw new PdfFault('an object is too long');
        this.#budget.parse(length);
      }
    }
  }

  /** Length of a stream's bytes as they are in the file; sees that they are followed by its end. */
  streamLength({ dictionary, start }: PdfStream): number {
    const length = this.resolve(dictionary.get('Length'));
    if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || start + length > this.bytes.size) {
      throw new PdfFault('a stream has no length');
    }
    if (dictionary.has('F')) throw new PdfFault('a stream lies in another file');
    if (/^\s{0,2}endstream/.test(this.bytes.readOnce(start + length, 16).toString('latin1'))) return length;
    throw new PdfFault('a stream is not as long as it says');
  }

  /** What a stream holds, unpacked. */
  unpack(stream: PdfStream): Buffer {
    const length = this.streamLength(stream);
    if (length > pdfLimits.streamBytes) throw new PdfFault('a stream is too long');
    const resolved = (key: string) => this.resolve(stream.dictionary.get(key));
    const bytes = unpackStream(this.bytes.readOnce(stream.start, length), resolved, pdfLimits.streamBytes);
    this.#budget.unpack(bytes.length);
    return bytes;
  }

  /** Sees that a stream that is packed with deflate can be unpacked to its end, as far as its length is bounded. */
  checkPacking(stream: PdfStream): void {
    const length = this.streamLength(stream);
    const filter = this.resolve(stream.dictionary.get('Filter'));
    if (nameOf(filter) !== 'FlateDecode' || length > pdfLimits.streamBytes || this.trailer.has('Encrypt')) return;
    const unpacked = tryUnpacking(this.bytes.readOnce(stream.start, length), pdfLimits.streamBytes);
    this.#budget.unpack(unpacked);
  }

  get #objects(): PdfTable {
    // A packed table must be readable without the objects that it tells of.
    if (this.#table === undefined) throw new PdfFault('its table of objects needs objects to be read');
    return this.#table;
  }

  #unpackObjects(container: number): readonly NumberedValue[] {
    const known = this.#packed.get(container);
    if (known !== undefined) return known;
    if (this.trailer.has('Encrypt')) throw new PdfFault('its objects are encrypted');
    if (this.#objects.find(container)?.container !== undefined) throw new PdfFault('its packed objects are packed');
    if (this.#unpacking.has(container)) throw new PdfFault('packed objects need themselves to be read');
    this.#unpacking.add(container);
    const stream = this.object(container);
    if (!(stream instanceof PdfStream) || nameOf(stream.dictionary.get('Type')) !== 'ObjStm') {
      throw new PdfFault('packed objects are missing');
    }
    const objects = parsePackedObjects(this.unpack(stream), (key) => this.resolve(stream.dictionary.get(key)));
    this.#unpacking.delete(container);
    const [oldest] = this.#packed.keys();
    if (this.#packed.size >= maxPacked && oldest !== undefined) this.#packed.delete(oldest);
    this.#packed.set(container, objects);
    return objects;
  }
}

/** A PDF ends by saying where its table of objects is. */
function findTable(bytes: PdfBytes): number {
  const end = bytes.readOnce(Math.max(0, bytes.size - firstBytes), firstBytes).toString('latin1');
  const [, offset] = /startxref\s+(\d{1,15})\s+%%EOF\s*$/.exec(end) ?? [];
  if (offset === undefined) throw new PdfFault('its end is missing');
  return Number(offset);
}

// ISO 32000-1, 7.5.7
function parsePackedObjects(bytes: Buffer, value: (key: string) => PdfValue): readonly NumberedValue[] {
  const [count, first] = [value('N'), value('First')];
  if (typeof count !== 'number' || typeof first !== 'number' || count > bytes.length || first > bytes.length) {
    throw new PdfFault('packed objects have no table');
  }
  // A last number may end where the bytes do.
  const content = Buffer.concat([bytes, Buffer.from(' endobj ')]);
  const objects: NumberedValue[] = [];
  try {
    const table = new PdfSyntax(content, undefined);
    for (let index = 0; index < count; index += 1) {
      const number = table.readInteger();
      const syntax = new PdfSyntax(content.subarray(first + table.readInteger()), undefined);
      objects.push({ number, value: syntax.readValue() });
    }
  } catch (error) {
    throw error instanceof MoreNeeded ? new PdfFault('packed objects end too early') : error;
  }
  return objects;
}
