/** What is known of a kind of code. */
export interface Symbology {
  /** Its name in the encoder: https://github.com/bwipp/postscriptbarcode/wiki/Symbologies-Reference */
  readonly encoder: string;
  readonly shape: 'bars' | 'matrix';
  /** Free space left, right, above and below, in modules, as its standard asks for. */
  readonly quiet: readonly [left: number, right: number, above: number, below: number];
  /** Which values it is given; the encoder looks at the rest. */
  readonly values: RegExp;
  /** Characters of a value at most, which bounds the time that it takes. */
  readonly maxLength: number;
  /** Whether text other than ASCII is encoded as UTF-8, and said to be (ECI 26). */
  readonly isUtf8?: boolean;
  /** Where its text stands: under the bars, or as the standard of retail codes has it, under and beside them. */
  readonly text?: 'below' | 'retail';
  /** What is set above the bars, before the value. */
  readonly heading?: string;
  /** Whether bars run along its top and bottom, which keep a reader from taking a part for the whole. */
  readonly hasBearers?: boolean;
  /** Whether its standard asks for check characters that the encoder leaves out unless it is told; they are not in the text. */
  readonly needsCheck?: boolean;
  /** Options that it takes. */
  readonly options: readonly string[];
}

const printable = /^[ -~]*$/;
const digits = /^\d*$/;
/** Also control characters; what they mean is up to the reader. */
const ascii = /^\p{ASCII}*$/u;
const anything = /^/;
const corrections = ['l', 'm', 'q', 'h'];

const bars = { shape: 'bars', values: printable, maxLength: 256, text: 'below' } as const;
const retail = { ...bars, values: digits, maxLength: 13, text: 'retail', options: ['text', 'notext'] } as const;
const matrix = { shape: 'matrix', values: anything, isUtf8: true, maxLength: 7100, options: [] } as const;
const textOptions = ['text', 'notext'];
const checkOptions = [...textOptions, 'check'];
const around = (modules: number) => [modules, modules, modules, modules] as const;
const beside = (left: number, right = left) => [left, right, 0, 0] as const;

/** The kinds of codes that a template may ask for, by the name that it gives them. Quiet zones are from ISO/IEC and GS1 standards. */
export const symbologies: Readonly<Record<string, Symbology>> = {
  qr: { ...matrix, encoder: 'qrcode', quiet: around(4), options: corrections },
  microqr: { ...matrix, encoder: 'microqrcode', isUtf8: false, values: ascii, quiet: around(2), options: corrections },
  gs1qr: { ...matrix, encoder: 'gs1qrcode', isUtf8: false, values: printable, quiet: around(4), options: corrections },
  datamatrix: { ...matrix, encoder: 'datamatrix', quiet: around(1), options: ['rectangle'] },
  gs1datamatrix: {
    ...matrix,
    encoder: 'gs1datamatrix',
    isUtf8: false,
    values: printable,
    quiet: around(1),
    options: ['rectangle'],
  },
  aztec: { ...matrix, encoder: 'azteccode', quiet: around(1) },
  pdf417: { ...matrix, encoder: 'pdf417', quiet: around(2) },
  code128: { ...bars, encoder: 'code128', values: ascii, quiet: beside(10), options: textOptions },
  'gs1-128': { ...bars, encoder: 'gs1-128', quiet: beside(10), options: textOptions },
  sscc18: { ...bars, encoder: 'sscc18', quiet: beside(10), options: textOptions },
  code39: { ...bars, encoder: 'code39', quiet: beside(10), options: checkOptions },
  code93: { ...bars, encoder: 'code93', quiet: beside(10), needsCheck: true, options: textOptions },
  codabar: { ...bars, encoder: 'rationalizedCodabar', quiet: beside(10), options: checkOptions },
  itf: { ...bars, encoder: 'interleaved2of5', values: digits, quiet: beside(10), options: checkOptions },
  itf14: {
    ...bars,
    encoder: 'itf14',
    values: digits,
    maxLength: 14,
    quiet: beside(10),
    hasBearers: true,
    options: textOptions,
  },
  pzn: { ...bars, encoder: 'pzn', values: digits, quiet: beside(10), options: textOptions },
  pharmacode: { ...bars, encoder: 'pharmacode', values: digits, quiet: beside(6), options: ['text'] },
  databar: { ...bars, encoder: 'databaromni', quiet: beside(1), options: textOptions },
  'databar-limited': { ...bars, encoder: 'databarlimited', quiet: beside(1), options: textOptions },
  'databar-expanded': { ...bars, encoder: 'databarexpanded', quiet: beside(1), options: textOptions },
  ean13: { ...retail, encoder: 'ean13', quiet: beside(11, 7) },
  ean8: { ...retail, encoder: 'ean8', quiet: beside(7) },
  upca: { ...retail, encoder: 'upca', quiet: beside(9) },
  upce: { ...retail, encoder: 'upce', quiet: beside(9, 7) },
  isbn: {
    ...retail,
    encoder: 'isbn',
    values: /^[\dXx-]*$/,
    maxLength: 17,
    quiet: beside(11, 7),
    heading: 'ISBN ',
  },
};
