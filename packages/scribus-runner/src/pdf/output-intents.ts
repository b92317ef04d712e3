import type { PdfOutputIntent } from './pdf-facts.ts';
import type { PdfFile } from './pdf-file.ts';
import { unpackBeginning } from './pdf-filters.ts';
import { isArray, isDictionary, nameOf, type PdfDictionary, PdfStream, type PdfValue, textOf } from './pdf-value.ts';

const maxIntents = 16;
const maxNameLength = 1024;
// https://www.color.org/specification/ICC.1-2022-05.pdf, 7.2
const profileHeaderBytes = 128;
const beginningBytes = 4096;

/** Reads for which printing conditions a PDF was made. */
export function readOutputIntents(file: PdfFile, catalog: PdfDictionary): readonly PdfOutputIntent[] {
  const intents = file.resolve(catalog.get('OutputIntents'));
  return (isArray(intents) ? intents : []).slice(0, maxIntents).flatMap((item) => {
    const intent = file.resolve(item);
    if (!isDictionary(intent)) return [];
    const names = ['OutputConditionIdentifier', 'OutputCondition', 'Info'].flatMap((key) => {
      const name = textOf(file.resolve(intent.get(key)));
      return name === undefined || name === '' ? [] : [name.slice(0, maxNameLength)];
    });
    const subtype = nameOf(file.resolve(intent.get('S'))) ?? '';
    return [{ subtype, names, profileSpace: profileSpace(file, intent.get('DestOutputProfile')) }];
  });
}

/** The colour space that an ICC profile's header names, if it is a profile. */
function profileSpace(file: PdfFile, value: PdfValue | undefined): string | undefined {
  const profile = file.resolve(value);
  if (!(profile instanceof PdfStream)) return undefined;
  const beginning = file.bytes.readOnce(profile.start, Math.min(beginningBytes, file.streamLength(profile)));
  const packed = file.resolve(profile.dictionary.get('Filter')) !== null;
  const header = packed ? unpackBeginning(beginning, profileHeaderBytes) : beginning;
  if (header.length < profileHeaderBytes || header.toString('latin1', 36, 40) !== 'acsp') return undefined;
  return header.toString('latin1', 16, 20).trim();
}
