import type { PdfFile } from '../pdf/pdf-file.ts';
import { isArray, isDictionary, PdfRef, PdfStream, type PdfValue } from '../pdf/pdf-value.ts';
import type { PdfUpdate } from './pdf-update.ts';

/** Copies values of another PDF into an update, with all that they refer to. They must not go in a circle. */
export function createImporter(from: PdfFile, update: PdfUpdate): (value: PdfValue) => PdfValue {
  const imported = new Map<number, PdfValue>();
  const importObject = (number: number): PdfValue => {
    const object = from.object(number);
    if (!(object instanceof PdfStream)) return update.add(importValue(object));
    const dictionary = new Map(
      [...object.dictionary].flatMap(([key, item]) => (key === 'Length' ? [] : [[key, importValue(item)]])),
    );
    return update.addStream({ dictionary, bytes: from.bytes.readOnce(object.start, from.streamLength(object)) });
  };
  const importValue = (value: PdfValue): PdfValue => {
    if (value instanceof PdfRef) {
      const known = imported.get(value.number) ?? importObject(value.number);
      imported.set(value.number, known);
      return known;
    }
    if (isDictionary(value)) return new Map([...value].map(([key, item]) => [key, importValue(item)]));
    return isArray(value) ? value.map(importValue) : value;
  };
  return importValue;
}
