import bwip from 'bwip-js/generic';
import { type Bar, type CodeSymbol, NotEncodable, type SymbolText } from './code-symbol.ts';
import type { CodeToken } from './code-token.ts';

/** What the encoder returns, as far as it is used. It calls lengths points where a module is one, and heights inches. */
interface RawSymbol {
  readonly sbs?: readonly number[];
  readonly bbs?: readonly number[];
  readonly txt?: readonly (readonly [string, number, number, string, number])[];
  readonly pixs?: readonly number[];
  readonly pixx?: number;
  readonly pixy?: number;
}

const modulesAnInch = 72;
const belowFontSize = 10;
/** Of retail codes the encoder tells where a digit has its middle, and a size at which it fills its place: a little less is easier to read. */
const retailDigits = { middle: -0.75, size: 0.9 };
const utf8 = '^ECI000026';

/**
 * Makes the symbol of a value.
 *
 * @throws NotEncodable when the value can't be one: a wrong check digit, a character that the code doesn't have, too long.
 */
export function encodeSymbol({ symbology, options }: CodeToken, value: string): CodeSymbol {
  const { maxLength, values, shape } = symbology;
  if (value.length > maxLength) throw new NotEncodable(`has more than ${maxLength} characters`);
  if (!values.test(value)) throw new NotEncodable('has characters that such a code does not have');
  const raw = encode({ symbology, options }, value);
  return shape === 'matrix' ? toMatrix(raw) : toBars(raw, { symbology, options }, value);
}

function encode({ symbology, options }: Pick<CodeToken, 'symbology' | 'options'>, value: string): RawSymbol {
  const needsUtf8 = symbology.isUtf8 === true && /\P{ASCII}/u.test(value);
  const correction = ['l', 'm', 'q', 'h'].find((level) => options.has(level));
  const settings = {
    bcid: symbology.encoder + (options.has('rectangle') ? 'rectangular' : ''),
    text: needsUtf8 ? utf8 + value.replaceAll('^', '^^') : value,
    includetext: symbology.shape === 'bars',
    ...(needsUtf8 ? { parsefnc: true } : {}),
    ...(symbology.needsCheck === true ? { includecheck: true } : {}),
    ...(options.has('check') ? { includecheck: true, includecheckintext: true } : {}),
    ...(correction === undefined ? {} : { eclevel: correction.toUpperCase() }),
  };
  try {
    // Its named export of that name is a symbology.
    // oxlint-disable-next-line import/no-named-as-default-member
    const [raw] = bwip.raw(settings) as readonly RawSymbol[];
    if (raw !== undefined) return raw;
  } catch (cause) {
    // Its errors are messages with the place in its own source before them.
    const message = cause instanceof Error ? cause.message : String(cause);
    const reason = message.replace(/^[\w.-]+(?:#\d+)?: /, '').replace(/\.$/, '');
    throw new NotEncodable(`is refused: ${reason}`, { cause });
  }
  throw new NotEncodable('makes no symbol');
}

function toMatrix({ pixs = [], pixx: columns = 0, pixy: rows = 0 }: RawSymbol): CodeSymbol {
  return { shape: 'matrix', columns, rows, modules: Uint8Array.from(pixs) };
}

function toBars(
  raw: RawSymbol,
  { symbology, options }: Pick<CodeToken, 'symbology' | 'options'>,
  value: string,
): CodeSymbol {
  const { sbs = [], bbs = [], txt = [] } = raw;
  const bars: Bar[] = [];
  let x = 0;
  // Bars and spaces take turns.
  for (const [index, width] of sbs.entries()) {
    const below = Math.max(0, -(bbs[index / 2] ?? 0) * modulesAnInch);
    if (index % 2 === 0 && width > 0) bars.push({ x, width, below });
    x += width;
  }
  const last = bars.at(-1);
  const isShown = !options.has('notext') && (symbology.encoder !== 'pharmacode' || options.has('text'));
  const whole = txt.map(([text]) => text).join('') || value;
  const texts: readonly SymbolText[] =
    symbology.text === 'retail'
      ? txt.map(([text, place, , , fontSize]) => ({
          text,
          middle: place + retailDigits.middle,
          fontSize: fontSize * retailDigits.size,
        }))
      : [{ text: whole, fontSize: belowFontSize }];
  return {
    shape: 'bars',
    width: last === undefined ? 0 : last.x + last.width,
    bars,
    texts: isShown ? texts : [],
    heading: isShown && symbology.heading !== undefined ? symbology.heading + value : undefined,
  };
}
