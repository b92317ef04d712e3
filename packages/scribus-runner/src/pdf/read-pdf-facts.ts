import { readOutputIntents } from './output-intents.ts';
import type { PdfFacts } from './pdf-facts.ts';
import type { PdfFile } from './pdf-file.ts';
import { readPages } from './pdf-pages.ts';
import { isDictionary, nameOf, type PdfDictionary, textOf } from './pdf-value.ts';
import { readXmp } from './read-xmp.ts';
import { surveyObjects } from './survey-objects.ts';

const pdfxNamespace = 'http://www.npes.org/pdfx/ns/id/';

/** Reads a PDF: its pages, and every object that they use. Throws a `PdfFault`. */
export function readPdfFacts(file: PdfFile): PdfFacts {
  const catalog = file.dictionary(file.trailer.get('Root'), 'its catalog');
  const information = file.resolve(file.trailer.get('Info'));
  const info: PdfDictionary = isDictionary(information) ? information : new Map();
  return {
    version: nameOf(file.resolve(catalog.get('Version'))) ?? file.headerVersion,
    pages: readPages(file, catalog),
    layered: catalog.has('OCProperties'),
    encrypted: file.trailer.has('Encrypt'),
    ...surveyObjects(file),
    outputIntents: readOutputIntents(file, catalog),
    pdfxVersion: textOf(file.resolve(info.get('GTS_PDFXVersion'))),
    pdfxConformance: textOf(file.resolve(info.get('GTS_PDFXConformance'))),
    xmpPdfxVersion: xmpPdfxVersion(file, catalog),
    trappedKnown: ['True', 'False'].includes(nameOf(file.resolve(info.get('Trapped'))) ?? ''),
  };
}

const xmpPdfxVersion = (file: PdfFile, catalog: PdfDictionary): string | undefined =>
  readXmp(file, catalog).find(({ uri, name }) => uri === pdfxNamespace && name === 'GTS_PDFXVersion')?.value;
