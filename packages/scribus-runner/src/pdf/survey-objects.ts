import type { PdfFont } from './pdf-facts.ts';
import { PdfFault } from './pdf-fault.ts';
import type { PdfFile } from './pdf-file.ts';
import { isArray, isDictionary, nameOf, type PdfDictionary, PdfRef, PdfStream, type PdfValue } from './pdf-value.ts';

const maxNames = 10_000;
const processColours = new Set(['All', 'None', 'Cyan', 'Magenta', 'Yellow', 'Black']);
// ISO 32000-2, 12.6.4: what does more than to lead to a page or an address, or to send or clear a form.
const activeActions = new Set([
  'JavaScript',
  'Launch',
  'GoToE',
  'ImportData',
  'Movie',
  'Rendition',
  'RichMediaExecute',
  'Sound',
  'GoTo3DView',
]);
const subsetTag = /^[A-Z]{6}\+/;

/** What is found in the objects of a PDF, wherever they are used. */
export interface ObjectSurvey {
  readonly fonts: readonly PdfFont[];
  readonly spotColours: readonly string[];
  readonly actions: readonly string[];
}

/**
 * Goes through every object that can be reached, each once, and sees that each stream is whole. Fonts
 * and colours are told by what they are, so it doesn't matter through how many forms and patterns a page
 * uses them. Throws a {@link PdfFault}.
 */
export function surveyObjects(file: PdfFile): ObjectSurvey {
  const seen = new Uint8Array(file.objectCount);
  const waiting: number[] = [];
  const fonts = new Map<string, PdfFont>();
  const spotColours = new Set<string>();
  const actions = new Set<string>();

  const look = (value: PdfValue): void => {
    if (value instanceof PdfRef) {
      if (value.number >= seen.length) throw new PdfFault('it refers to an object that is not there');
      if (seen[value.number] !== 0) return;
      seen[value.number] = 1;
      waiting.push(value.number);
    } else if (value instanceof PdfStream) {
      file.streamLength(value);
      lookInto(value.dictionary);
    } else if (isDictionary(value)) {
      const font = fontOf(file, value);
      if (font !== undefined && fonts.size < maxNames) fonts.set(`${font.name} ${font.embedded}`, font);
      const action = nameOf(file.resolve(value.get('S'))) ?? '';
      if (activeActions.has(action)) actions.add(action);
      if (value.has('JS')) actions.add('JavaScript');
      if (value.has('EF')) actions.add('EmbeddedFile');
      lookInto(value);
    } else if (isArray(value)) {
      for (const name of spotColoursOf(file, value)) if (spotColours.size < maxNames) spotColours.add(name);
      for (const item of value) look(item);
    }
  };
  const lookInto = (dictionary: PdfDictionary): void => {
    // DR holds what a viewer takes when somebody fills in a form: no page shows it.
    for (const [key, value] of dictionary) if (key !== 'DR') look(value);
  };

  lookInto(file.trailer);
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    // Readers take it for nothing, which may have been something.
    if (file.place(number) === undefined) throw new PdfFault('it refers to an object that is not there');
    look(file.object(number));
  }
  return { fonts: [...fonts.values()], spotColours: [...spotColours], actions: [...actions] };
}

/** ISO 32000-1, 9.5: a composite font is as embedded as the font below it, a Type 3 font consists of drawings. */
function fontOf(file: PdfFile, dictionary: PdfDictionary): PdfFont | undefined {
  if (nameOf(dictionary.get('Type')) !== 'Font') return undefined;
  const subtype = nameOf(file.resolve(dictionary.get('Subtype')));
  if (subtype === 'Type0') return undefined;
  const baseFont = nameOf(file.resolve(dictionary.get('BaseFont'))) ?? nameOf(dictionary.get('Name')) ?? '';
  const descriptor = file.resolve(dictionary.get('FontDescriptor'));
  const embedded = isDictionary(descriptor) && isEmbedded(file, descriptor);
  return { name: baseFont.replace(subsetTag, '').slice(0, 256), embedded: embedded || subtype === 'Type3' };
}

function isEmbedded(file: PdfFile, descriptor: PdfDictionary): boolean {
  return ['FontFile', 'FontFile2', 'FontFile3'].some((key) => {
    const content = file.resolve(descriptor.get(key));
    return content instanceof PdfStream && file.streamLength(content) > 0;
  });
}

/** ISO 32000-1, 8.6.6. Yellow, black and the like may be named as separations too. */
function spotColoursOf(file: PdfFile, array: readonly PdfValue[]): readonly string[] {
  const family = nameOf(array[0]);
  if (family !== 'Separation' && family !== 'DeviceN') return [];
  const named = file.resolve(array[1]);
  const names = (isArray(named) ? named : [named]).map((name) => nameOf(name));
  if (names.includes(undefined)) throw new PdfFault('a spot colour has no name');
  return names.filter((name) => name !== undefined && !processColours.has(name)).map((name) => String(name));
}
