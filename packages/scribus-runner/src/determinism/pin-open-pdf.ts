import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { xmpProperties } from '../document/xmp-properties.ts';
import { PdfFile } from '../pdf/pdf-file.ts';
import { isArray, isDictionary, type PdfDictionary, PdfStream, PdfString } from '../pdf/pdf-value.ts';
import { pdfDate, xmpDate } from './date-spellings.ts';

const xapNamespace = 'http://ns.adobe.com/xap/1.0/';
const mediaManagementNamespace = 'http://ns.adobe.com/xap/1.0/mm/';
const pieceBytes = 1024 * 1024;
const hex = /^[0-9A-Fa-f]+$/;
const uuid = /^uuid:[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Bytes of the file that are replaced by as many others. */
interface Place {
  readonly start: number;
  readonly text: string;
}

/**
 * Makes a PDF independent of when and where it was written: dates become `date`, the trailer's /ID and the
 * identifiers in the XMP metadata become a digest of the rest. Nothing changes its length or its place. A PDF
 * with a password is left as it is: its /ID is part of its key. Throws a `PdfFault` when the file is damaged.
 *
 * `descriptor` is open for reading and writing.
 */
export function pinOpenPdf(descriptor: number, date: Date): void {
  const file = new PdfFile(descriptor);
  if (file.trailer.has('Encrypt')) return;
  const metadata = findInMetadata(file);
  const dates = [...findInformationDates(file, date), ...metadata.dates(date)];
  const identifiers = [...findTrailerIdentifiers(file), ...metadata.identifiers];
  for (const place of dates) write(descriptor, place);
  for (const place of identifiers) write(descriptor, { ...place, text: fill(place.text, '0'.repeat(32)) });
  const digest = digestOf(file);
  for (const place of identifiers) write(descriptor, { ...place, text: fill(place.text, digest) });
}

function findInformationDates(file: PdfFile, date: Date): readonly Place[] {
  const information = file.resolve(file.trailer.get('Info'));
  if (!isDictionary(information)) return [];
  return ['CreationDate', 'ModDate'].flatMap((key) => {
    const value = information.get(key);
    const text = value instanceof PdfString ? pdfDate(value.bytes.toString('latin1'), date) : undefined;
    return text === undefined ? [] : placesOf(file, value, text);
  });
}

function findTrailerIdentifiers(file: PdfFile): readonly Place[] {
  const identifiers = file.resolve(file.trailer.get('ID'));
  if (!isArray(identifiers)) return [];
  return identifiers.flatMap((value) => {
    if (!(value instanceof PdfString)) return [];
    const text = file.bytes.readOnce(value.start, value.end - value.start).toString('latin1');
    return text.length === 32 && hex.test(text) ? placesOf(file, value, text) : [];
  });
}

/** Where the string lies in the file itself, written plainly; what is packed can't be replaced by as many bytes. */
function placesOf(file: PdfFile, value: unknown, text: string): readonly Place[] {
  if (!(value instanceof PdfString) || !value.inFile || value.end - value.start !== text.length) return [];
  const before = file.bytes.readOnce(value.start, text.length).toString('latin1');
  return before.includes('\\') ? [] : [{ start: value.start, text }];
}

function findInMetadata(file: PdfFile): {
  readonly dates: (date: Date) => readonly Place[];
  readonly identifiers: readonly Place[];
} {
  const catalog: PdfDictionary = file.dictionary(file.trailer.get('Root'), 'its catalog');
  const metadata = file.resolve(catalog.get('Metadata'));
  if (!(metadata instanceof PdfStream) || file.resolve(metadata.dictionary.get('Filter')) !== null) {
    return { dates: () => [], identifiers: [] };
  }
  const properties = xmpProperties(file.unpack(metadata)).map((property) => ({
    ...property,
    start: metadata.start + property.start,
  }));
  return {
    dates: (date) =>
      properties
        .filter(({ uri, name }) => uri === xapNamespace && /^(?:Create|Modify|Metadata)Date$/.test(name))
        .flatMap(({ start, value }) => {
          const text = xmpDate(value, date);
          return text === undefined ? [] : [{ start, text }];
        }),
    identifiers: properties
      .filter(({ uri, name }) => uri === mediaManagementNamespace && /^(?:Document|Instance)ID$/.test(name))
      .filter(({ value }) => uuid.test(value))
      .map(({ start, value }) => ({ start, text: value })),
  };
}

/** Puts 32 digits in the place of those of an identifier, and keeps what is around them. */
function fill(text: string, digits: string): string {
  let next = 0;
  const label = text.startsWith('uuid:') ? 'uuid:' : '';
  const filled = text.slice(label.length).replace(/[\da-f]/gi, () => digits[next++] ?? '0');
  return label + (label === '' ? filled.toUpperCase() : filled);
}

/** A digest of the file as it is now. Read in pieces: a PDF may be longer than the memory. */
function digestOf({ bytes }: PdfFile): string {
  const hash = createHash('sha256');
  for (let offset = 0; offset < bytes.size; offset += pieceBytes) hash.update(bytes.readOnce(offset, pieceBytes));
  return hash.digest('hex').slice(0, 32);
}

function write(descriptor: number, { start, text }: Place): void {
  const bytes = Buffer.from(text, 'latin1');
  for (let count = 0; count < bytes.length; ) {
    count += writeSync(descriptor, bytes, count, bytes.length - count, start + count);
  }
}
