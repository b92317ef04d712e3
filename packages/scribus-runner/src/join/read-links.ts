import type { PdfFile } from '../pdf/pdf-file.ts';
import {
  isArray,
  isDictionary,
  nameOf,
  type PdfDictionary,
  PdfName,
  PdfRef,
  PdfString,
  type PdfValue,
} from '../pdf/pdf-value.ts';
import type { PartLink } from './part-reading.ts';

const maxNodes = 100_000;

/** A page: the number of its object, and its entries. */
export interface NumberedPage {
  readonly number: number;
  readonly attributes: PdfDictionary;
}

/** Reads which annotations lead to pages of the same PDF, also by names. */
export function readLinks(file: PdfFile, catalog: PdfDictionary, pages: readonly NumberedPage[]): readonly PartLink[] {
  const indexes = new Map(pages.map(({ number }, index) => [number, index]));
  let named: ReadonlyMap<string, PdfValue> | undefined;
  const find = (destination: PdfValue): Pick<PartLink, 'target' | 'view'> | undefined => {
    const name = destination instanceof PdfString ? destination.bytes.toString('latin1') : nameOf(destination);
    if (name !== undefined) {
      named ??= namedDestinations(file, catalog);
      return toTarget(file, named.get(name) ?? null, indexes);
    }
    return toTarget(file, destination, indexes);
  };
  return pages.flatMap(({ attributes }, page) => {
    const annotations = file.resolve(attributes.get('Annots'));
    return (isArray(annotations) ? annotations : []).flatMap((item, annotation) => {
      const found = destinationOf(file, file.resolve(item));
      const target = found && find(found.destination);
      return target ? [{ page, annotation, by: found.by, ...target }] : [];
    });
  });
}

function destinationOf(
  file: PdfFile,
  annotation: PdfValue,
): { readonly by: PartLink['by']; readonly destination: PdfValue } | undefined {
  if (!isDictionary(annotation)) return undefined;
  const own = file.resolve(annotation.get('Dest'));
  if (own !== null) return { by: 'destination', destination: own };
  const action = file.resolve(annotation.get('A'));
  if (!isDictionary(action) || nameOf(file.resolve(action.get('S'))) !== 'GoTo') return undefined;
  return { by: 'action', destination: file.resolve(action.get('D')) };
}

/** ISO 32000-1, 12.3.2.2: a page and what is shown of it. */
function toTarget(
  file: PdfFile,
  value: PdfValue,
  indexes: ReadonlyMap<number, number>,
): Pick<PartLink, 'target' | 'view'> | undefined {
  const destination = file.resolve(isDictionary(value) ? value.get('D') : value);
  if (!isArray(destination)) return undefined;
  const [page, ...view] = destination;
  const target = page instanceof PdfRef ? indexes.get(page.number) : undefined;
  if (target === undefined) return undefined;
  return {
    target,
    view: view.slice(0, 5).map((item) => {
      const resolved = file.resolve(item);
      if (resolved instanceof PdfName) return { name: resolved.text };
      return typeof resolved === 'number' ? resolved : null;
    }),
  };
}

/** ISO 32000-1, 12.3.2.3: names in a dictionary of the catalog, and strings in a tree. */
function namedDestinations(file: PdfFile, catalog: PdfDictionary): ReadonlyMap<string, PdfValue> {
  const found = new Map<string, PdfValue>();
  const dictionary = file.resolve(catalog.get('Dests'));
  if (isDictionary(dictionary)) for (const [name, value] of dictionary) found.set(name, file.resolve(value));
  const names = file.resolve(catalog.get('Names'));
  const waiting = [isDictionary(names) ? file.resolve(names.get('Dests')) : null];
  for (let count = 0; count < maxNodes; count += 1) {
    const node = waiting.pop();
    if (node === undefined) break;
    if (!isDictionary(node)) continue;
    const pairs = file.resolve(node.get('Names'));
    if (isArray(pairs)) {
      for (let index = 0; index + 1 < pairs.length; index += 2) {
        const name = file.resolve(pairs[index]);
        if (name instanceof PdfString) found.set(name.bytes.toString('latin1'), file.resolve(pairs[index + 1]));
      }
    }
    const kids = file.resolve(node.get('Kids'));
    if (isArray(kids)) waiting.push(...kids.map((kid) => file.resolve(kid)));
  }
  return found;
}
