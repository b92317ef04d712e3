import { deterministicBytes } from '../deterministic-content.ts';

/** A page of a {@link smallPdf}, in points. */
export interface SmallPage {
  readonly widthPt: number;
  readonly heightPt: number;
  /** How far the paper reaches beyond the cut on each side. @defaultValue 0 */
  readonly bleedPt?: number;
}

const noise = Buffer.from(deterministicBytes(90_000, 7)).toString('latin1');

/** A PDF of these pages, each of which shows the same picture of 90,000 bytes that can't be packed any smaller. */
export function smallPdf(pages: readonly SmallPage[], trailer = ''): Uint8Array {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.map((_, index) => `${5 + index} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    `<< /Type /XObject /Subtype /Image /Width 300 /Height 100 /ColorSpace /DeviceRGB /BitsPerComponent 8 ${streamOf(noise)}`,
    `<< ${streamOf('q 9 0 0 3 0 0 cm /Picture Do Q')}`,
    ...pages.map(pageOf),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

const streamOf = (content: string): string => `/Length ${content.length} >>\nstream\n${content}\nendstream`;

function pageOf({ widthPt, heightPt, bleedPt = 0 }: SmallPage): string {
  const sheet = `[0 0 ${widthPt + 2 * bleedPt} ${heightPt + 2 * bleedPt}]`;
  const cut = `[${bleedPt} ${bleedPt} ${widthPt + bleedPt} ${heightPt + bleedPt}]`;
  const resources = '/Resources << /XObject << /Picture 3 0 R >> >> /Contents 4 0 R';
  return `<< /Type /Page /Parent 2 0 R /MediaBox ${sheet} /BleedBox ${sheet} /TrimBox ${cut} ${resources} >>`;
}
