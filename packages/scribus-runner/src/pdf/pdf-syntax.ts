import { PdfFault } from './pdf-fault.ts';
import { type PdfDictionary, PdfName, PdfRef, PdfStream, PdfString, type PdfValue } from './pdf-value.ts';

// ISO 32000-1, 7.2 and 7.3.
const maxDepth = 64;
const isSpace = (byte: number) => byte === 32 || byte === 10 || byte === 13 || byte === 9 || byte === 12 || byte === 0;
const regular = new Uint8Array(256).map((_, byte) =>
  isSpace(byte) || '()<>[]{}/%'.includes(String.fromCharCode(byte)) ? 0 : 1,
);
const isRegular = (byte: number) => regular[byte] === 1;
const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 48 && byte <= 57;
const escapes: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['b', 8],
  ['f', 12],
]);

/** The bytes at hand end within a value: more of the file is needed. */
export class MoreNeeded extends Error {}
// One for all: it is thrown too often to note each time where.
const moreNeeded = new MoreNeeded();

/** Reads the objects of a PDF from some of its bytes. */
export class PdfSyntax {
  readonly #bytes: Buffer;
  readonly #base: number;
  readonly #inFile: boolean;
  #at = 0;

  /** `base` is the offset in the file of the first of `bytes`, undefined when they were packed in a stream. */
  constructor(bytes: Buffer, base: number | undefined) {
    this.#bytes = bytes;
    this.#base = base ?? 0;
    this.#inFile = base !== undefined;
  }

  /** Offset in the file of what is read next. */
  get position(): number {
    return this.#base + this.#at;
  }

  /** `12 0 obj …`: the number and the value, whose stream is left unread. */
  readObject(): { readonly number: number; readonly value: PdfValue } {
    const number = this.readInteger();
    refuseGeneration(this.readInteger());
    if (this.readKeyword() !== 'obj') throw new PdfFault('an object is not where it should be');
    const value = this.readValue();
    if (!(value instanceof Map)) return { number, value };
    this.#skipSpace();
    if (!this.#startsWith('stream')) return { number, value };
    this.#at += 6;
    if (this.#byte() === 13) this.#at += 1;
    if (this.#byte() !== 10) throw new PdfFault('a stream has no beginning');
    this.#at += 1;
    return { number, value: new PdfStream(value, this.position) };
  }

  readInteger(): number {
    this.#skipSpace();
    const start = this.#at;
    while (isDigit(this.#byte())) this.#at += 1;
    if (this.#at === start || this.#at - start > 15) throw new PdfFault('a number is missing');
    return Number(this.#bytes.toString('latin1', start, this.#at));
  }

  readKeyword(): string {
    this.#skipSpace();
    const start = this.#at;
    while (isRegular(this.#byte())) this.#at += 1;
    return this.#bytes.toString('latin1', start, this.#at);
  }

  readValue(depth = 0): PdfValue {
    if (depth > maxDepth) throw new PdfFault(`its objects are nested more than ${maxDepth} deep`);
    this.#skipSpace();
    switch (this.#byte()) {
      case 47: // /
        return new PdfName(this.#readName());
      case 40: // (
        return this.#readLiteralString();
      case 91: // [
        return this.#readArray(depth);
      case 60: // <
        return this.#byte(1) === 60 ? this.#readDictionary(depth) : this.#readHexString();
      default:
        return this.#readPlain();
    }
  }

  #place(start: number): { readonly start: number; readonly end: number; readonly inFile: boolean } {
    return { start: this.#base + start, end: this.position, inFile: this.#inFile };
  }

  #byte(ahead = 0): number {
    const byte = this.#bytes[this.#at + ahead];
    if (byte === undefined) throw moreNeeded;
    return byte;
  }

  #startsWith(word: string): boolean {
    this.#byte(word.length);
    return this.#bytes.toString('latin1', this.#at, this.#at + word.length) === word;
  }

  #skipSpace(): void {
    for (;;) {
      while (isSpace(this.#byte())) this.#at += 1;
      if (this.#byte() !== 37) return;
      while (this.#byte() !== 10 && this.#byte() !== 13) this.#at += 1;
    }
  }

  #readName(): string {
    const start = ++this.#at;
    while (isRegular(this.#byte())) this.#at += 1;
    const text = this.#bytes.toString('latin1', start, this.#at);
    if (!text.includes('#')) return text;
    return text.replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }

  #readArray(depth: number): PdfValue[] {
    const values: PdfValue[] = [];
    this.#at += 1;
    for (;;) {
      this.#skipSpace();
      if (this.#byte() === 93) break;
      values.push(this.readValue(depth + 1));
    }
    this.#at += 1;
    return values;
  }

  #readDictionary(depth: number): PdfDictionary {
    const entries = new Map<string, PdfValue>();
    this.#at += 2;
    for (;;) {
      this.#skipSpace();
      if (this.#byte() === 62) break;
      if (this.#byte() !== 47) throw new PdfFault('a dictionary has something else than a name for a key');
      const key = this.#readName();
      if (entries.has(key)) throw new PdfFault(`a dictionary has the key ${key} twice`);
      entries.set(key, this.readValue(depth + 1));
    }
    if (this.#byte(1) !== 62) throw new PdfFault('a dictionary has no end');
    this.#at += 2;
    return entries;
  }

  #readLiteralString(): PdfString {
    const bytes: number[] = [];
    const start = ++this.#at;
    for (let open = 1; ; this.#at += 1) {
      const byte = this.#byte();
      if (byte === 40) open += 1;
      if (byte === 41 && --open === 0) break;
      if (byte === 92) this.#readEscape(bytes);
      else bytes.push(byte);
    }
    const string = new PdfString(Buffer.from(bytes), this.#place(start));
    this.#at += 1;
    return string;
  }

  /** Leaves the last character of the escape to be passed by the caller. */
  #readEscape(bytes: number[]): void {
    this.#at += 1;
    const byte = this.#byte();
    if (byte === 13) {
      if (this.#byte(1) === 10) this.#at += 1;
      return;
    }
    if (byte === 10) return;
    if (byte < 48 || byte > 55) {
      bytes.push(escapes.get(String.fromCharCode(byte)) ?? byte);
      return;
    }
    let length = 1;
    while (length < 3 && this.#byte(length) >= 48 && this.#byte(length) <= 55) length += 1;
    const code = Number.parseInt(this.#bytes.toString('latin1', this.#at, this.#at + length), 8);
    this.#at += length - 1;
    bytes.push(code & 255);
  }

  #readHexString(): PdfString {
    const start = ++this.#at;
    while (this.#byte() !== 62) this.#at += 1;
    const digits = this.#bytes.toString('latin1', start, this.#at).replace(/\s/g, '');
    if (/[^0-9a-f]/i.test(digits)) throw new PdfFault('a string has digits that are none');
    const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
    const string = new PdfString(bytes, this.#place(start));
    this.#at += 1;
    return string;
  }

  /** A number, a reference, or a word. */
  #readPlain(): PdfValue {
    if (isDigit(this.#byte())) {
      const whole = this.#readWhole();
      if (whole !== undefined) return whole;
    }
    const word = this.readKeyword();
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(word)) return Number(word);
    throw new PdfFault(`it has "${word.slice(0, 20)}" for a value`);
  }

  /** A number of digits alone, or a reference. These are most of what there is, so they are read fast. */
  #readWhole(): number | PdfRef | undefined {
    const start = this.#at;
    let number = 0;
    for (let byte = this.#byte(); isDigit(byte); byte = this.#byte()) {
      number = number * 10 + byte - 48;
      this.#at += 1;
    }
    if (isRegular(this.#byte()) || this.#at - start > 15) {
      this.#at = start;
      return undefined;
    }
    const behind = this.#at;
    if (this.#passReference()) return new PdfRef(number);
    this.#at = behind;
    return number;
  }

  /** Passes ` 0 R`, if that is what follows. */
  #passReference(): boolean {
    this.#skipSpace();
    const start = this.#at;
    while (isDigit(this.#byte())) this.#at += 1;
    const end = this.#at;
    if (end === start) return false;
    this.#skipSpace();
    if (this.#byte() !== 82 || isRegular(this.#byte(1))) return false;
    this.#at += 1;
    refuseGeneration(Number(this.#bytes.toString('latin1', start, end)));
    return true;
  }
}

/** Whoever writes a file anew has no use for generations, and readers treat those that don't fit in different ways. */
export function refuseGeneration(generation: number): void {
  if (generation !== 0) throw new PdfFault('an object is of another generation');
}
