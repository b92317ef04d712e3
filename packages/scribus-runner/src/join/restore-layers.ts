import { PdfFault } from '../pdf/pdf-fault.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { type PdfDictionary, PdfName, PdfRef, type PdfValue } from '../pdf/pdf-value.ts';
import type { PartLayer } from './part-reading.ts';
import { findLayers, layerName } from './read-layers.ts';

/** The layers of all parts by their numbers: whether they are shown is in no page. */
export type JoinedLayers = Map<number, PartLayer>;

/** Finds the layers of a part again. `pages` are the numbers of its pages. */
export function findAgain(
  file: PdfFile,
  layers: readonly PartLayer[],
  pages: readonly number[],
): readonly (readonly [number, PartLayer])[] {
  if (layers.length === 0) return [];
  const dictionaries = pages.map((page) => file.dictionary(new PdfRef(page), 'a page'));
  const numbers = findLayers(file, dictionaries);
  if (numbers.length !== layers.length) throw new PdfFault('it has other layers than its parts');
  return numbers.map((number, index) => {
    const layer = layers[index];
    if (layer === undefined || layerName(file, number) !== layer.name) {
      throw new PdfFault('it has other layers than its parts');
    }
    return [number, layer];
  });
}

/** What tells layers apart that have one name: equal ones become one. */
export const layerSalt = ({ hidden, locked, events }: PartLayer): string => JSON.stringify([hidden, locked, events]);

/** The entry of the catalog that lists layers and says how they are shown: ISO 32000-1, 8.11.4. */
export function toLayerProperties(layers: JoinedLayers): PdfDictionary {
  const all = [...layers];
  const refs = (isOne: (layer: PartLayer) => boolean): readonly PdfRef[] =>
    all.filter(([, layer]) => isOne(layer)).map(([number]) => new PdfRef(number));
  const events = [...new Set(all.flatMap(([, layer]) => layer.events))];
  const usages = events.map(
    (event) =>
      new Map<string, PdfValue>([
        ['Event', new PdfName(event)],
        ['Category', [new PdfName(event)]],
        ['OCGs', refs((layer) => layer.events.includes(event))],
      ]),
  );
  const order = all.toSorted(([, a], [, b]) => a.rank - b.rank).map(([number]) => new PdfRef(number));
  const configuration = new Map<string, PdfValue>([
    ['Order', order],
    ['OFF', refs(({ hidden }) => hidden)],
    ['Locked', refs(({ locked }) => locked)],
    ...(usages.length === 0 ? [] : [['AS', usages] as const]),
  ]);
  return new Map<string, PdfValue>([
    ['OCGs', refs(() => true)],
    ['D', configuration],
  ]);
}
