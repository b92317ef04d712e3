import { type Attributes, nameOf, numberOf } from './attributes.ts';
import type { Frame } from './frame-stack.ts';

/** A side of a page. */
export type Side = 'top' | 'right' | 'bottom' | 'left';

/** An object that ends at, or not far beyond, a trim edge. */
export interface EdgeObject {
  readonly frame: Frame;
  readonly side: Side;
  /** How far it reaches beyond the edge, in points. */
  readonly overhangPt: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

// A tenth of a millimetre inside is meant to be at the edge.
const tolerancePt = 72 / 254;
// Whoever reaches further has more bleed than anybody asks for.
const farPt = 144;
const maxEdgeObjects = 5000;
const maxPages = 20_000;
const lines: ReadonlySet<string | undefined> = new Set(['5', '7', '14', '15']);
const alwaysVisible: ReadonlySet<string | undefined> = new Set(['11', '12', '16']);

/** Finds objects that end at a trim edge. Pages come before objects. */
export class TrimEdges {
  readonly #pages = new Map<number, Box>();
  readonly #masters = new Map<string, Box>();
  readonly #objects: EdgeObject[] = [];

  /** Objects at the edges of pages and of master pages. */
  get found(): readonly EdgeObject[] {
    return this.#objects;
  }

  /** Looks at the beginning of an element; `frame` is the object that begins with it, if one does. */
  see(element: string, attributes: Attributes, frame: Frame | undefined): void {
    if (element === 'PAGE' || element === 'MASTERPAGE') this.#addPage(element, attributes);
    if (frame?.outermost && frame.printed && isVisible(attributes)) this.#addObject(attributes, frame);
  }

  #addPage(element: string, attributes: Attributes): void {
    const { PAGEXPOS, PAGEYPOS, PAGEWIDTH, PAGEHEIGHT, NUM, NAM } = attributes;
    const [left, top, width, height] = [PAGEXPOS, PAGEYPOS, PAGEWIDTH, PAGEHEIGHT].map(numberOf);
    if (left === undefined || top === undefined || width === undefined || height === undefined) return;
    const box = { left, top, right: left + width, bottom: top + height };
    if (this.#pages.size + this.#masters.size >= maxPages) return;
    if (element === 'MASTERPAGE') this.#masters.set(nameOf(NAM) ?? '', box);
    else this.#pages.set((numberOf(NUM) ?? this.#pages.size) + 1, box);
  }

  #addObject(attributes: Attributes, frame: Frame): void {
    const page = frame.master === undefined ? this.#pages.get(frame.page ?? 0) : this.#masters.get(frame.master);
    const box = boxOf(attributes);
    if (page === undefined || box === undefined) return;
    const overhang: Readonly<Record<Side, number>> = {
      top: page.top - box.top,
      right: box.right - page.right,
      bottom: box.bottom - page.bottom,
      left: page.left - box.left,
    };
    // It touches the page somewhere: only then its edges mean anything.
    if (Object.values(overhang).every((beyond) => beyond < -tolerancePt)) return;
    if (box.right < page.left || box.left > page.right || box.bottom < page.top || box.top > page.bottom) return;
    for (const [side, overhangPt] of Object.entries(overhang) as [Side, number][]) {
      if (overhangPt < -tolerancePt || overhangPt > farPt || this.#objects.length === maxEdgeObjects) continue;
      if (frame.master === undefined && this.#isSpine(page, frame.page ?? 0, side)) continue;
      this.#objects.push({ frame, side, overhangPt });
    }
  }

  /** Whether the page before, or after, ends or begins where this one begins or ends. */
  #isSpine(page: Box, number: number, side: Side): boolean {
    if (side === 'top' || side === 'bottom') return false;
    // The pages of a spread follow each other: going through all of them would take long for a hostile document.
    const other = this.#pages.get(side === 'left' ? number - 1 : number + 1);
    if (other === undefined) return false;
    const distance = side === 'left' ? other.right - page.left : other.left - page.right;
    return Math.abs(distance) < 1 && other.top < page.bottom && other.bottom > page.top;
  }
}

/** Whether an overhang is too small: the object was meant to be cut, and may end before the knife. */
export const isTooShort = (overhangPt: number, bleedPt: number): boolean => overhangPt < bleedPt - tolerancePt;

function isVisible({ PTYPE: kind, PFILE, PCOLOR, PCOLOR2, GRTYP }: Attributes): boolean {
  const isColor = (name: string | undefined) => name !== undefined && name !== '' && name !== 'None';
  if (alwaysVisible.has(kind) || isColor(PCOLOR2) || (GRTYP ?? '0') !== '0') return true;
  if (kind === '2' && PFILE !== undefined && PFILE !== '') return true;
  return !lines.has(kind) && isColor(PCOLOR);
}

/** The box around an object, which may be turned about its upper left corner, and its line. */
function boxOf({ XPOS, YPOS, WIDTH, HEIGHT, ROT, PWIDTH, PCOLOR2, PTYPE }: Attributes): Box | undefined {
  const [x, y, width] = [XPOS, YPOS, WIDTH].map(numberOf);
  const height = PTYPE === '5' ? 0 : numberOf(HEIGHT);
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
  const angle = ((numberOf(ROT) ?? 0) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ] as const;
  const xs = corners.map(([dx, dy]) => x + dx * cos - dy * sin);
  const ys = corners.map(([dx, dy]) => y + dx * sin + dy * cos);
  const line = PCOLOR2 === undefined || PCOLOR2 === 'None' ? 0 : (numberOf(PWIDTH) ?? 0) / 2;
  return {
    left: Math.min(...xs) - line,
    top: Math.min(...ys) - line,
    right: Math.max(...xs) + line,
    bottom: Math.max(...ys) + line,
  };
}
