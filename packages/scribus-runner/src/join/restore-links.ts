import { PdfFault } from '../pdf/pdf-fault.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { isArray, isDictionary, type PdfDictionary, PdfName, PdfRef, type PdfValue } from '../pdf/pdf-value.ts';
import type { PartLink } from './part-reading.ts';
import type { PdfUpdate } from './pdf-update.ts';

/** Lets the links of a part lead to its pages again, which are now others. `pages` are the numbers of its pages. */
export function restoreLinks(
  file: PdfFile,
  update: PdfUpdate,
  { links, pages }: { readonly links: readonly PartLink[]; readonly pages: readonly number[] },
): void {
  for (const link of links) {
    const [page, target] = [pages[link.page], pages[link.target]];
    if (page === undefined || target === undefined) throw new PdfFault('a link leads to a page that is not there');
    const view = link.view.map((item) => (typeof item === 'object' && item !== null ? new PdfName(item.name) : item));
    changeAnnotation(file, update, { page, index: link.annotation }, (annotation) =>
      withDestination(file, annotation, link.by, [new PdfRef(target), ...view]),
    );
  }
}

function changeAnnotation(
  file: PdfFile,
  update: PdfUpdate,
  { page, index }: { readonly page: number; readonly index: number },
  change: (annotation: PdfDictionary) => PdfDictionary,
): void {
  const attributes = asDictionary(update.object(page));
  const holder = attributes.get('Annots');
  const annotations = holder instanceof PdfRef ? update.object(holder.number) : holder;
  const annotation = isArray(annotations) ? annotations[index] : undefined;
  if (!isArray(annotations) || annotation === undefined) throw new PdfFault('it has lost a link');
  if (annotation instanceof PdfRef) {
    update.change(annotation.number, change(asDictionary(file.object(annotation.number))));
    return;
  }
  const changed = annotations.with(index, change(asDictionary(annotation)));
  if (holder instanceof PdfRef) update.change(holder.number, changed);
  else update.change(page, new Map([...attributes, ['Annots', changed]]));
}

function withDestination(
  file: PdfFile,
  annotation: PdfDictionary,
  by: PartLink['by'],
  destination: readonly PdfValue[],
): PdfDictionary {
  if (by === 'destination') return new Map([...annotation, ['Dest', destination]]);
  const action = asDictionary(file.resolve(annotation.get('A')));
  return new Map([...annotation, ['A', new Map([...action, ['D', destination]])]]);
}

function asDictionary(value: PdfValue): PdfDictionary {
  if (isDictionary(value)) return value;
  throw new PdfFault('it has lost a link');
}
