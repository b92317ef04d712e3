import { createHash, type Hash } from 'node:crypto';
import type { PdfFile } from '../pdf/pdf-file.ts';
import {
  isArray,
  isDictionary,
  nameOf,
  type PdfDictionary,
  PdfName,
  PdfRef,
  PdfStream,
  PdfString,
  type PdfValue,
} from '../pdf/pdf-value.ts';

const maxDepth = 32;
const pieceBytes = 1024 * 1024;
// What belongs to one place of one document, however equal another looks.
const ofOnePlace = new Set([
  'Catalog',
  'Pages',
  'Page',
  'Annot',
  'StructElem',
  'StructTreeRoot',
  'Bead',
  'Thread',
  'Sig',
]);
const keysOfOnePlace = ['FT', 'Rect'];

/**
 * Digests of what objects are, with all that they refer to: two objects with one digest are the same to every reader,
 * whatever their numbers are. What leads to a page, or round in a circle, has none.
 */
export class ObjectDigests {
  readonly #file: PdfFile;
  readonly #salt: (number: number) => string;
  readonly #known = new Map<number, string | undefined>();
  readonly #underWay = new Set<number>();

  /** `salt` tells objects apart that look equal. */
  constructor(file: PdfFile, salt: (number: number) => string = () => '') {
    this.#file = file;
    this.#salt = salt;
  }

  /** The digest of an object by its number. */
  of(number: number, depth = 0): string | undefined {
    if (this.#known.has(number)) return this.#known.get(number);
    if (this.#underWay.has(number) || depth > maxDepth) return undefined;
    this.#underWay.add(number);
    const digest = this.ofValue(this.#file.object(number), depth, this.#salt(number));
    this.#underWay.delete(number);
    this.#known.set(number, digest);
    return digest;
  }

  /** The digest of a value. */
  ofValue(value: PdfValue, depth = 0, salt = ''): string | undefined {
    const hash = createHash('sha256').update(salt);
    return this.#add(hash, value, depth + 1) ? hash.digest('base64') : undefined;
  }

  #add(hash: Hash, value: PdfValue, depth: number): boolean {
    if (value instanceof PdfRef) {
      const digest = this.of(value.number, depth);
      hash.update(`R${digest}`);
      return digest !== undefined;
    }
    if (value instanceof PdfStream) {
      const length = this.#file.streamLength(value);
      hash.update(`stream ${length} `);
      this.#addBytes(hash, value.start, length);
      return this.#addDictionary(hash, new Map([...value.dictionary].filter(([key]) => key !== 'Length')), depth);
    }
    if (isDictionary(value)) return this.#addDictionary(hash, value, depth);
    if (isArray(value)) {
      hash.update(`[${value.length} `);
      return value.every((item) => this.#add(hash, item, depth));
    }
    if (value instanceof PdfName) hash.update(`/${value.text.length} ${value.text}`);
    else if (value instanceof PdfString) hash.update(`(${value.bytes.length} `).update(value.bytes);
    else hash.update(`${value};`);
    return true;
  }

  #addDictionary(hash: Hash, dictionary: PdfDictionary, depth: number): boolean {
    if (ofOnePlace.has(nameOf(dictionary.get('Type')) ?? '') || keysOfOnePlace.some((key) => dictionary.has(key))) {
      return false;
    }
    const keys = [...dictionary.keys()].toSorted();
    hash.update(`<${keys.length} `);
    return keys.every((key) => {
      hash.update(`${key.length} ${key}`);
      return this.#add(hash, dictionary.get(key) ?? null, depth);
    });
  }

  #addBytes(hash: Hash, start: number, length: number): void {
    for (let done = 0; done < length; done += pieceBytes) {
      hash.update(this.#file.bytes.readOnce(start + done, Math.min(pieceBytes, length - done)));
    }
  }
}
