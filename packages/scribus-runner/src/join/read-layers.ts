import type { PdfFile } from '../pdf/pdf-file.ts';
import {
  isArray,
  isDictionary,
  nameOf,
  type PdfDictionary,
  PdfRef,
  PdfStream,
  PdfString,
  type PdfValue,
} from '../pdf/pdf-value.ts';
import type { PartLayer } from './part-reading.ts';

// Where pages and annotations lead back to others.
const leadsBack = new Set(['Parent', 'P', 'Dest', 'Popup', 'IRT', 'B']);

/**
 * The numbers of the layers that pages lead to, in an order that doesn't depend on the numbers: in a copy of the pages
 * it is the same.
 */
export function findLayers(file: PdfFile, pages: readonly PdfDictionary[]): readonly number[] {
  const found: number[] = [];
  const seen = new Set<number>();
  const visit = (value: PdfValue): readonly PdfValue[] => {
    if (value instanceof PdfRef) {
      if (seen.has(value.number)) return [];
      seen.add(value.number);
      const target = file.object(value.number);
      const type = isDictionary(target) ? nameOf(file.resolve(target.get('Type'))) : undefined;
      if (type === 'OCG') found.push(value.number);
      return type === 'OCG' || type === 'Page' || type === 'Pages' ? [] : [target];
    }
    if (value instanceof PdfStream) return entriesOf(value.dictionary);
    if (isDictionary(value)) return entriesOf(value);
    return isArray(value) ? value : [];
  };
  for (const page of pages) {
    const waiting = entriesOf(page).toReversed();
    for (let value = waiting.pop(); value !== undefined; value = waiting.pop())
      waiting.push(...visit(value).toReversed());
  }
  return found;
}

const entriesOf = (dictionary: PdfDictionary): readonly PdfValue[] =>
  [...dictionary.keys()]
    .toSorted()
    .filter((key) => !leadsBack.has(key))
    .map((key) => dictionary.get(key) ?? null);

/** The name of a layer, in bytes, a character each. */
export function layerName(file: PdfFile, number: number): string {
  const name = file.resolve(file.dictionary(new PdfRef(number), 'a layer').get('Name'));
  return name instanceof PdfString ? name.bytes.toString('latin1') : '';
}

/** Reads how layers are shown: ISO 32000-1, 8.11.4.3. */
export function readLayers(
  file: PdfFile,
  catalog: PdfDictionary,
  pages: readonly PdfDictionary[],
): readonly PartLayer[] {
  const properties = file.resolve(catalog.get('OCProperties'));
  if (!isDictionary(properties)) return [];
  const configuration = file.resolve(properties.get('D'));
  const entry = (key: string): PdfValue => (isDictionary(configuration) ? file.resolve(configuration.get(key)) : null);
  const [off, on, locked] = ['OFF', 'ON', 'Locked'].map((key) => new Set(numbersIn(file, entry(key))));
  const order = numbersIn(file, entry('Order'));
  const isOffAtFirst = nameOf(entry('BaseState')) === 'OFF';
  const usages = entry('AS');
  const events = (isArray(usages) ? usages : []).flatMap((item) => {
    const usage = file.resolve(item);
    if (!isDictionary(usage)) return [];
    const event = nameOf(file.resolve(usage.get('Event')));
    return event === undefined ? [] : [{ event, numbers: new Set(numbersIn(file, file.resolve(usage.get('OCGs')))) }];
  });
  return findLayers(file, pages).map((number) => ({
    name: layerName(file, number),
    hidden: isOffAtFirst ? !on?.has(number) : off?.has(number) === true,
    locked: locked?.has(number) === true,
    events: events.filter(({ numbers }) => numbers.has(number)).map(({ event }) => event),
    rank: order.includes(number) ? order.indexOf(number) : order.length,
  }));
}

/** The references in an array, and in the arrays in it. */
function numbersIn(file: PdfFile, value: PdfValue, depth = 0): readonly number[] {
  if (!isArray(value) || depth > 16) return [];
  return value.flatMap((item) => {
    if (!(item instanceof PdfRef)) return numbersIn(file, item, depth + 1);
    const target = file.resolve(item);
    return isArray(target) ? numbersIn(file, target, depth + 1) : [item.number];
  });
}
