import { PdfString } from '../pdf/pdf-value.ts';

const maxLength = 1000;
const nowhere = { start: 0, end: 0, inFile: false } as const;

/** A text as a string of a PDF (ISO 32000-1, 7.9.2.2), cut off where nobody reads on. */
export function toPdfText(text: string): PdfString {
  const short = text.slice(0, maxLength).toWellFormed();
  if (/^[\x20-\x7e]*$/.test(short)) return new PdfString(Buffer.from(short, 'latin1'), nowhere);
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(short, 'utf16le')]).swap16();
  return new PdfString(bytes, nowhere);
}
