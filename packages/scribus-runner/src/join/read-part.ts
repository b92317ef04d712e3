import type { PdfFile } from '../pdf/pdf-file.ts';
import { visitPages } from '../pdf/pdf-pages.ts';
import { isDictionary, type PdfDictionary, PdfString } from '../pdf/pdf-value.ts';
import { readPdfFacts } from '../pdf/read-pdf-facts.ts';
import { readXmp } from '../pdf/read-xmp.ts';
import { ObjectDigests } from './object-digests.ts';
import type { PartClaims, PartReading } from './part-reading.ts';
import { readLayers } from './read-layers.ts';
import { type NumberedPage, readLinks } from './read-links.ts';

/** Entries of the catalog that a joined PDF has when all of its parts have the same. */
const catalogKeys = ['OutputIntents', 'ViewerPreferences', 'PageLayout', 'Lang'] as const;
/** The same of the document information. */
const informationKeys = [
  'Author',
  'Subject',
  'Keywords',
  'Creator',
  'Producer',
  'Trapped',
  'GTS_PDFXVersion',
  'GTS_PDFXConformance',
] as const;

const pdfaNamespace = 'http://www.aiim.org/pdfa/ns/id/';

/** Reads a PDF that is to be a part of another. Throws a `PdfFault`. */
export function readPart(file: PdfFile): PartReading {
  const facts = readPdfFacts(file);
  const nothing = { catalog: new Map(), information: new Map(), modified: undefined, pdfa: undefined };
  // It is refused, and can't be read any further.
  if (facts.encrypted) return { facts, links: [], layers: [], claims: nothing };
  const catalog = file.dictionary(file.trailer.get('Root'), 'its catalog');
  const pages: NumberedPage[] = [];
  visitPages(file, catalog, (number, attributes) => pages.push({ number, attributes }));
  return {
    facts,
    links: readLinks(file, catalog, pages),
    layers: readLayers(
      file,
      catalog,
      pages.map(({ attributes }) => attributes),
    ),
    claims: readClaims(file, catalog),
  };
}

function readClaims(file: PdfFile, catalog: PdfDictionary): PartClaims {
  const information = file.resolve(file.trailer.get('Info'));
  const info: PdfDictionary = isDictionary(information) ? information : new Map();
  const digests = new ObjectDigests(file);
  const digestsOf = (dictionary: PdfDictionary, keys: readonly string[]): ReadonlyMap<string, string> =>
    new Map(
      keys.flatMap((key) => {
        const value = file.resolve(dictionary.get(key));
        const digest = value === null ? undefined : digests.ofValue(value);
        return digest === undefined ? [] : [[key, digest]];
      }),
    );
  const modified = file.resolve(info.get('ModDate') ?? info.get('CreationDate'));
  const xmp = readXmp(file, catalog);
  const pdfa = (name: string) =>
    xmp.find((property) => property.uri === pdfaNamespace && property.name === name)?.value;
  const [part, conformance] = [pdfa('part'), pdfa('conformance')];
  return {
    catalog: digestsOf(catalog, catalogKeys),
    information: digestsOf(info, informationKeys),
    modified: modified instanceof PdfString ? modified.bytes.toString('latin1') : undefined,
    pdfa: part === undefined || conformance === undefined ? undefined : { part, conformance },
  };
}
