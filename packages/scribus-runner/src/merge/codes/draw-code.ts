import { type CodeSymbol, NotEncodable, type SymbolText } from './code-symbol.ts';
import type { CodeToken } from './code-token.ts';
import { encodeSymbol } from './encode-symbol.ts';
import { type Outline, rectangle, round } from './outline.ts';
import { outlineText } from './outline-text.ts';
import type { Symbology } from './symbologies.ts';
import { traceModules } from './trace-modules.ts';

/** How much room there is, in points. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/** A code as it is drawn. */
export interface DrawnCode {
  /** One compound path, to be filled by the even-odd rule. */
  readonly path: Outline;
  /** Width of a module, in points. */
  readonly module: number;
}

/** Between bars and text, in modules. */
const gap = 1;
/** Thickness of bearer bars, and what bars have to be high at least. */
const bearer = 2;
const leastBars = 5;
/** The share of the height that a text below the bars may take. */
const mostText = 0.3;

/**
 * Makes the code of a value, as large as its room allows, quiet zone included, and in the middle of it. All modules have
 * one size. Bars are as high as the room.
 *
 * @throws NotEncodable when the value can't be such a code, or the room is too low for its bars and text.
 */
export function drawCode(token: CodeToken, value: string, room: Room): DrawnCode {
  const symbol = encodeSymbol(token, value);
  return symbol.shape === 'matrix'
    ? drawMatrix(symbol, token.symbology, room)
    : drawBars(symbol, token.symbology, room);
}

function drawMatrix(
  symbol: Extract<CodeSymbol, { shape: 'matrix' }>,
  { quiet: [left, right, above, below] }: Symbology,
  { width, height }: Room,
): DrawnCode {
  const { columns, rows } = symbol;
  const module = Math.min(width / (columns + left + right), height / (rows + above + below));
  const x = (width - (columns + left + right) * module) / 2 + left * module;
  const y = (height - (rows + above + below) * module) / 2 + above * module;
  const loops = traceModules(symbol).map((loop) => {
    const corners = loop.map(([column, row]) => `${round(x + column * module)} ${round(y + row * module)}`);
    return `M${corners.join(' L')} Z`;
  });
  return { path: loops.join(' '), module };
}

function drawBars(
  { bars, width: modules, texts, heading }: Extract<CodeSymbol, { shape: 'bars' }>,
  { quiet: [left, right], hasBearers = false }: Symbology,
  { width, height }: Room,
): DrawnCode {
  const module = width / (modules + left + right);
  const x = left * module;
  const row = { x, width: modules * module, module, most: height * mostText };
  const above = heading === undefined ? undefined : setInMiddle({ text: heading, fontSize: 9 }, row);
  const below = texts.map((text) => (text.middle === undefined ? setInMiddle(text, row) : setAtPlace(text, row)));
  const textHeight = Math.max(0, ...below.map((line) => line.height + gap * module));
  const deepest = Math.max(textHeight, ...bars.map((bar) => bar.below * module));
  const edge = hasBearers ? bearer * module : 0;
  const top = (above === undefined ? 0 : above.height + gap * module) + edge;
  const barHeight = height - top - deepest - edge;
  if (barHeight < leastBars * module) throw new NotEncodable('leaves no height for bars: the frame is too low');
  const foot = top + barHeight;
  const pieces = bars.map((bar) => {
    return rectangle(x + bar.x * module, top, bar.width * module, barHeight + bar.below * module);
  });
  if (hasBearers) for (const y of [top - edge, foot]) pieces.push(rectangle(0, y, width, edge));
  if (above !== undefined) pieces.push(above.at(above.height));
  for (const line of below) pieces.push(line.at(foot + edge + gap * module + line.height));
  return { path: pieces.filter((piece) => piece !== '').join(' '), module };
}

/** The stretch that the bars take, in points. */
interface BarRow {
  readonly x: number;
  readonly width: number;
  readonly module: number;
  readonly most: number;
}

interface SetText {
  readonly height: number;
  readonly at: (baseline: number) => Outline;
}

/** In the middle of the bars, no wider than they and no higher than it may be. */
function setInMiddle({ text, fontSize }: SymbolText, { x, width, module, most }: BarRow): SetText {
  const full = outlineText(text, fontSize * module);
  const shrink = Math.min(1, width / full.width, most / full.height);
  const line = outlineText(text, fontSize * module * shrink);
  return { height: line.height, at: (baseline) => line.at(x + (width - line.width) / 2, baseline) };
}

function setAtPlace({ text, middle = 0, fontSize }: SymbolText, { x, module }: BarRow): SetText {
  const line = outlineText(text, fontSize * module);
  return { height: line.height, at: (baseline) => line.at(x + middle * module - line.width / 2, baseline) };
}
