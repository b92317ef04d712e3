import { xmpProperties } from '../document/xmp-properties.ts';
import { readOutputIntents } from './output-intents.ts';
import { pdfLimits } from './pdf-budget.ts';
import type { PdfFacts } from './pdf-facts.ts';
import { PdfFault } from './pdf-fault.ts';
import { PdfFile } from './pdf-file.ts';
import { readPages } from './pdf-pages.ts';
import { isDictionary, nameOf, type PdfDictionary, PdfStream, textOf } from './pdf-value.ts';
import { surveyObjects } from './survey-objects.ts';

const pdfxNamespace = 'http://www.npes.org/pdfx/ns/id/';

/** Reads a PDF: its pages, and every object that they use. Throws a {@link PdfFault}. */
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
    xmpPdfxVersion: readXmpPdfxVersion(file, catalog),
    trappedKnown: ['True', 'False'].includes(nameOf(file.resolve(info.get('Trapped'))) ?? ''),
  };
}

function readXmpPdfxVersion(file: PdfFile, catalog: PdfDictionary): string | undefined {
  const metadata = file.resolve(catalog.get('Metadata'));
  if (!(metadata instanceof PdfStream) || file.trailer.has('Encrypt')) return undefined;
  const xmp = file.unpack(metadata);
  if (xmp.length > pdfLimits.metadataBytes) throw new PdfFault('its metadata are too long');
  return xmpProperties(xmp).find(({ uri, name }) => uri === pdfxNamespace && name === 'GTS_PDFXVersion')?.value;
}
