import { isUtf8 } from 'node:buffer';
import {
  isArray,
  isDictionary,
  type PdfDictionary,
  PdfName,
  PdfRef,
  PdfStream,
  PdfString,
  type PdfValue,
} from '../pdf/pdf-value.ts';

/** A value has a name that can't be written as JSON in a way that all versions of qpdf read alike. */
export class UnwritableName extends Error {}

/**
 * Writes a value as qpdf reads it, with the numbers of objects that `numberOf` gives:
 * https://qpdf.readthedocs.io/en/11.3/json.html#object-values
 */
export function toUpdateJson(value: PdfValue, numberOf: (number: number) => number): string {
  if (value instanceof PdfRef) return JSON.stringify(`${numberOf(value.number)} 0 R`);
  if (value instanceof PdfName) return toName(value.text);
  if (value instanceof PdfString) return JSON.stringify(`b:${value.bytes.toString('hex')}`);
  if (value instanceof PdfStream) throw new TypeError('A stream is an object of its own.');
  if (isDictionary(value)) return dictionaryJson(value, numberOf);
  if (isArray(value)) return `[${value.map((item) => toUpdateJson(item, numberOf)).join(',')}]`;
  return typeof value === 'number' ? toNumber(value) : String(value);
}

function dictionaryJson(dictionary: PdfDictionary, numberOf: (number: number) => number): string {
  const entries = [...dictionary].map(([key, value]) => `${toName(key)}:${toUpdateJson(value, numberOf)}`);
  return `{${entries.join(',')}}`;
}

// Control characters, and `#`, which begins an escape in some versions.
const isSpecial = (byte: number): boolean => byte < 0x20 || byte === 0x7f || byte === 0x23;

function toName(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length === 0 || !isUtf8(bytes) || bytes.some(isSpecial)) throw new UnwritableName();
  return JSON.stringify(`/${bytes.toString('utf8')}`);
}

/** PDF knows no exponents. */
function toNumber(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text;
}
