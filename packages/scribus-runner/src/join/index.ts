export { createPdfJoiner } from './create-pdf-joiner.ts';
export type { PdfJoinerOptions } from './pdf-joiner-options.ts';
