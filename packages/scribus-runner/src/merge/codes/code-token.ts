import { type Symbology, symbologies } from './symbologies.ts';

/** A code that a template asks for. */
export interface CodeToken {
  /** Name of its symbology in `symbologies`. */
  readonly name: string;
  readonly symbology: Symbology;
  readonly options: ReadonlySet<string>;
  /** The column that has its value. */
  readonly column: string;
  /** How it is written. */
  readonly text: string;
}

/** What is wrong with how a code is asked for, as the rest of a sentence about it. */
export class CodeTokenFault {
  readonly what: string;
  constructor(what: string) {
    this.what = what;
  }
}

// What follows the colon never has an underscore, and the column begins after the first: so no name of a column collides.
const token = /%(?<kind>QR|BARCODE)(?::(?<options>[^%_]{0,100}))?_(?<column>[^%]{1,200})%/;

/** Finds the first code that a text asks for, and where. Undefined where it asks for none. */
export function findCodeToken(
  text: string,
): { readonly index: number; readonly token: CodeToken | CodeTokenFault; readonly length: number } | undefined {
  if (!text.includes('%QR') && !text.includes('%BARCODE')) return undefined;
  const found = token.exec(text);
  const { kind, options = '', column = '' } = found?.groups ?? {};
  if (found === null || kind === undefined) return undefined;
  const [written] = found;
  return { index: found.index, length: written.length, token: readToken(kind, options, { column, text: written }) };
}

function readToken(
  kind: string,
  options: string,
  place: Pick<CodeToken, 'column' | 'text'>,
): CodeToken | CodeTokenFault {
  const words = options === '' ? [] : options.split(',').map((word) => word.trim().toLowerCase());
  const name = kind === 'QR' ? 'qr' : (words.shift() ?? 'code128');
  const symbology = Object.hasOwn(symbologies, name) ? symbologies[name] : undefined;
  if (symbology === undefined) {
    const known = Object.keys(symbologies).join(', ');
    return new CodeTokenFault(`asks for the unknown symbology "${name}"; there are ${known}`);
  }
  const unknown = words.find((word) => !symbology.options.includes(word));
  if (unknown !== undefined) {
    const known = symbology.options.length === 0 ? 'it has none' : `it has ${symbology.options.join(', ')}`;
    return new CodeTokenFault(`asks for the unknown option "${unknown}" of ${name}; ${known}`);
  }
  return { ...place, name, symbology, options: new Set(words) };
}
