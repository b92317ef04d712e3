import { type XmpProperty, xmpProperties } from '../document/xmp-properties.ts';
import { pdfLimits } from './pdf-budget.ts';
import { PdfFault } from './pdf-fault.ts';
import type { PdfFile } from './pdf-file.ts';
import { type PdfDictionary, PdfStream } from './pdf-value.ts';

/** Reads the properties of a PDF's XMP metadata; of an encrypted one there are none. Throws a {@link PdfFault}. */
export function readXmp(file: PdfFile, catalog: PdfDictionary): readonly XmpProperty[] {
  const metadata = file.resolve(catalog.get('Metadata'));
  if (!(metadata instanceof PdfStream) || file.trailer.has('Encrypt')) return [];
  const xmp = file.unpack(metadata);
  if (xmp.length > pdfLimits.metadataBytes) throw new PdfFault('its metadata are too long');
  return xmpProperties(xmp);
}
