import { createHash } from 'node:crypto';
import { PdfFault } from '../pdf/pdf-fault.ts';
import { PdfFile } from '../pdf/pdf-file.ts';
import { visitPages } from '../pdf/pdf-pages.ts';
import type { JoinFiles } from '../pdf/pdf-question.ts';
import { isDictionary, type PdfDictionary, PdfName, PdfRef, type PdfValue } from '../pdf/pdf-value.ts';
import { findShared } from './find-shared.ts';
import { createImporter } from './import-values.ts';
import type { JoinPlan, PlannedPart } from './join-plan.ts';
import { makeMetadata } from './make-metadata.ts';
import { type Bookmark, makeOutline } from './make-outline.ts';
import { ObjectDigests } from './object-digests.ts';
import { toPdfText } from './pdf-text.ts';
import { PdfUpdate } from './pdf-update.ts';
import { findAgain, type JoinedLayers, layerSalt, toLayerProperties } from './restore-layers.ts';
import { restoreLinks } from './restore-links.ts';

/**
 * Writes what is to be changed in a PDF of the pages of parts: objects that are the same become one, links and layers
 * work again, and it gets bookmarks, and what all parts say of themselves. Throws a {@link PdfFault}.
 */
export function writeUpdate(file: PdfFile, { plan, firstPart, updateTo }: JoinFiles): void {
  const root = file.trailer.get('Root');
  if (!(root instanceof PdfRef)) throw new PdfFault('its catalog is missing');
  const catalog = file.dictionary(root, 'its catalog');
  const pages: number[] = [];
  visitPages(file, catalog, (number) => pages.push(number));
  const update = new PdfUpdate(file);
  const layers: JoinedLayers = new Map();
  const bookmarks: Bookmark[] = [];
  for (const { part, pages: own } of pagesOfParts(plan.parts, pages)) {
    restoreLinks(file, update, { links: part.links, pages: own });
    for (const [number, layer] of findAgain(file, part.layers, own)) layers.set(number, layer);
    if (part.title !== undefined && own[0] !== undefined) bookmarks.push({ title: part.title, page: own[0] });
  }
  const digests = new ObjectDigests(file, (number) => {
    const layer = layers.get(number);
    return layer === undefined ? '' : layerSalt(layer);
  });
  const shared = findShared(file, digests);
  for (const number of layers.keys()) if (shared.has(number)) layers.delete(number);
  const outline = makeOutline(update, bookmarks);
  const whole = describeWhole(new PdfFile(firstPart), update, plan);
  const metadata = makeMetadata(plan.claims, whole.information, identityOf(file, { plan, pages, digests }));
  update.trailer.set('Info', update.add(whole.information));
  update.change(
    root.number,
    new Map([
      ...catalog,
      ...whole.catalog,
      ...(layers.size === 0 ? [] : [['OCProperties', toLayerProperties(layers)] as const]),
      ...(outline === undefined
        ? []
        : [['Outlines', outline] as const, ['PageMode', new PdfName('UseOutlines')] as const]),
      ...(metadata === undefined ? [] : [['Metadata', update.addStream(metadata)] as const]),
    ]),
  );
  update.write(updateTo, shared);
}

function pagesOfParts(
  parts: readonly PlannedPart[],
  pages: readonly number[],
): readonly { readonly part: PlannedPart; readonly pages: readonly number[] }[] {
  let first = 0;
  const all = parts.map((part) => {
    const own = pages.slice(first, first + part.pageCount);
    first += part.pageCount;
    return { part, pages: own };
  });
  if (first !== pages.length) throw new PdfFault('it has not the pages of its parts');
  return all;
}

/** What the joined PDF says of itself: what all parts do, in the words of the first. */
function describeWhole(
  firstPart: PdfFile,
  update: PdfUpdate,
  { title, claims }: JoinPlan,
): { readonly catalog: PdfDictionary; readonly information: PdfDictionary } {
  const importValue = createImporter(firstPart, update);
  const catalog = firstPart.dictionary(firstPart.trailer.get('Root'), 'its catalog');
  const first = firstPart.resolve(firstPart.trailer.get('Info'));
  const information: PdfDictionary = isDictionary(first) ? first : new Map();
  const importAll = (dictionary: PdfDictionary, keys: readonly string[]) =>
    keys.map((key) => [key, importValue(firstPart.resolve(dictionary.get(key)))] as const);
  const firstTitle = importValue(firstPart.resolve(information.get('Title')));
  const modified = claims.modified === undefined ? undefined : toPdfText(claims.modified);
  const joined: readonly (readonly [string, PdfValue | undefined])[] = [
    ['Title', title === undefined ? (firstTitle ?? undefined) : toPdfText(title)],
    ...importAll(information, claims.information),
    ['CreationDate', modified],
    ['ModDate', modified],
  ];
  return {
    catalog: new Map(importAll(catalog, claims.catalog)),
    information: new Map(joined.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  };
}

/** What tells this joined PDF from others: the titles, and what is drawn on the pages. */
function identityOf(
  file: PdfFile,
  {
    plan,
    pages,
    digests,
  }: { readonly plan: JoinPlan; readonly pages: readonly number[]; readonly digests: ObjectDigests },
): string {
  const hash = createHash('sha256').update(JSON.stringify([plan.title, plan.parts.map(({ title }) => title)]));
  for (const page of pages) {
    const contents = file.dictionary(new PdfRef(page), 'a page').get('Contents') ?? null;
    hash.update(digests.ofValue(contents) ?? '');
  }
  return hash.digest('hex');
}
