import { writeSync } from 'node:fs';
import { PdfFault } from '../pdf/pdf-fault.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { isArray, isDictionary, type PdfDictionary, PdfRef, PdfStream, type PdfValue } from '../pdf/pdf-value.ts';
import { toUpdateJson, UnwritableName } from './update-json.ts';

const chunkLength = 256 * 1024;

/** A stream that is not in the file yet. */
export interface NewStream {
  readonly dictionary: PdfDictionary;
  /** As they are in the file, packed in the way that the dictionary says. */
  readonly bytes: Buffer;
}

/** What is to be changed in a PDF, as qpdf's `--update-from-json` reads it. */
export class PdfUpdate {
  readonly #file: PdfFile;
  readonly #changed = new Map<number, PdfValue>();
  readonly #streams = new Map<number, NewStream>();
  #next: number;

  constructor(file: PdfFile) {
    this.#file = file;
    this.#next = file.objectCount;
  }

  /** Adds an object. */
  add(value: PdfValue): PdfRef {
    const reference = this.reserve();
    this.change(reference.number, value);
    return reference;
  }

  addStream(stream: NewStream): PdfRef {
    const reference = this.reserve();
    this.#streams.set(reference.number, stream);
    return reference;
  }

  /** The number of an object that is still to be said. */
  reserve(): PdfRef {
    const reference = new PdfRef(this.#next);
    this.#next += 1;
    return reference;
  }

  change(number: number, value: PdfValue): void {
    this.#changed.set(number, value);
  }

  /** The object as it is with what was changed so far. */
  object(number: number): PdfValue {
    return this.#changed.get(number) ?? this.#file.object(number);
  }

  /**
   * Writes all changes. `shared` says which objects are to be left out, and which they are the same as. Throws a
   * {@link PdfFault}.
   */
  write(descriptor: number, shared: ReadonlyMap<number, number>): void {
    const numberOf = (number: number) => shared.get(number) ?? number;
    let text = `{"qpdf":[{"jsonversion":2,"pushedinheritedpageresources":false,"calledgetallpages":false,"maxobjectid":${this.#next}},{`;
    let separator = '';
    const say = (key: string, json: string) => {
      text += `${separator}"${key}":${json}`;
      separator = ',';
      if (text.length < chunkLength) return;
      writeAll(descriptor, text);
      text = '';
    };
    for (let number = 1; number < this.#next; number += 1) {
      const json = shared.has(number) ? undefined : this.#json(number, shared, numberOf);
      if (json !== undefined) say(`obj:${number} 0 R`, json);
    }
    say('trailer', `{"value":${toUpdateJson(new Map([...this.#file.trailer, ...this.trailer]), numberOf)}}`);
    writeAll(descriptor, `${text}}]}\n`);
  }

  /** Entries of the trailer that are changed. */
  readonly trailer = new Map<string, PdfValue>();

  #json(number: number, shared: ReadonlyMap<number, number>, numberOf: (number: number) => number): string | undefined {
    const stream = this.#streams.get(number);
    if (stream !== undefined) {
      const dict = toUpdateJson(stream.dictionary, numberOf);
      return `{"stream":{"dict":${dict},"data":"${stream.bytes.toString('base64')}"}}`;
    }
    const changed = this.#changed.get(number);
    const value = changed ?? this.#file.object(number);
    if (changed === undefined && !refersTo(value, shared)) return undefined;
    try {
      if (!(value instanceof PdfStream)) return `{"value":${toUpdateJson(value, numberOf)}}`;
      const dictionary = new Map([...value.dictionary].filter(([key]) => key !== 'Length'));
      return `{"stream":{"dict":${toUpdateJson(dictionary, numberOf)}}}`;
    } catch (error) {
      if (!(error instanceof UnwritableName)) throw error;
      if (changed !== undefined) throw new PdfFault('an object has a name that is none', { cause: error });
      // It goes on referring to its own copy of what others share.
      return undefined;
    }
  }
}

/** Whether a value, without what it refers to, has a reference to one of these objects. */
function refersTo(value: PdfValue, numbers: ReadonlyMap<number, unknown>): boolean {
  if (value instanceof PdfRef) return numbers.has(value.number);
  if (value instanceof PdfStream) return refersTo(value.dictionary, numbers);
  if (isDictionary(value)) return [...value.values()].some((item) => refersTo(item, numbers));
  return isArray(value) && value.some((item) => refersTo(item, numbers));
}

function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let count = 0; count < bytes.length; ) count += writeSync(descriptor, bytes, count);
}
