/** A name such as `/Type`, without its slash; each character is one byte. */
export class PdfName {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A string, and where it stands. */
export class PdfString {
  readonly bytes: Buffer;
  /** Offset in the file of what is between its brackets. */
  readonly start: number;
  /** Offset behind it. */
  readonly end: number;
  /** Whether it lies in the file itself, not packed in a stream; else its offsets are those in the stream. */
  readonly inFile: boolean;
  constructor(bytes: Buffer, place: { readonly start: number; readonly end: number; readonly inFile: boolean }) {
    this.bytes = bytes;
    this.start = place.start;
    this.end = place.end;
    this.inFile = place.inFile;
  }
}

/** A reference to an object. */
export class PdfRef {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

/** A dictionary followed by bytes. */
export class PdfStream {
  readonly dictionary: PdfDictionary;
  /** Offset in the file of its first byte. */
  readonly start: number;
  constructor(dictionary: PdfDictionary, start: number) {
    this.dictionary = dictionary;
    this.start = start;
  }
}

export type PdfDictionary = ReadonlyMap<string, PdfValue>;

export type PdfValue =
  | number
  | boolean
  | null
  | PdfName
  | PdfString
  | PdfRef
  | PdfStream
  | PdfDictionary
  | readonly PdfValue[];

export const isDictionary = (value: PdfValue | undefined): value is PdfDictionary => value instanceof Map;
export const isArray = (value: PdfValue | undefined): value is readonly PdfValue[] => Array.isArray(value);

/** The text of a name, or undefined when it isn't one. */
export const nameOf = (value: PdfValue | undefined): string | undefined =>
  value instanceof PdfName ? value.text : undefined;

/** The text of a string: UTF-16 where it says so, else a byte a character. Undefined when it isn't one. */
export function textOf(value: PdfValue | undefined): string | undefined {
  if (!(value instanceof PdfString)) return undefined;
  const { bytes } = value;
  if (bytes[0] !== 0xfe || bytes[1] !== 0xff) return bytes.toString('latin1');
  return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
    .swap16()
    .toString('utf16le');
}
