import bwip from 'bwip-js/generic';
import { type Outline, round } from './outline.ts';

/** A text as outlines of OCR-B, the typeface that standards of codes ask for: no font has to be installed or embedded. */
export interface OutlinedText {
  readonly width: number;
  /** Height of its digits and capitals. */
  readonly height: number;
  /** As a path whose baseline begins at a place. */
  readonly at: (x: number, baseline: number) => Outline;
}

const font = 'OCR-B';
/** The size at which glyphs are asked for: they are given in whole numbers. */
const unit = 1000;

/** Sets a text in this size. What the font doesn't have is left out, with its space. */
export function outlineText(text: string, size: number): OutlinedText {
  const scale = size / unit;
  const id = bwip.FontLib.lookup(font);
  const glyphs = Array.from(text, (character) => bwip.FontLib.getpaths(id, character.codePointAt(0) ?? 0, unit, unit));
  const advances = glyphs.map((glyph) => (glyph?.advance ?? unit / 2) * scale);
  const width = advances.reduce((sum, advance) => sum + advance, 0);
  const height = heightOfDigits(id) * scale;
  return {
    width,
    height,
    at: (x, baseline) => {
      let pen = x;
      const pieces = glyphs.map((glyph, index) => {
        const left = pen;
        pen += advances[index] ?? 0;
        return glyph === undefined ? '' : toOutline(glyph, { scale, left, baseline });
      });
      return pieces.filter((piece) => piece !== '').join(' ');
    },
  };
}

type Glyph = ReturnType<typeof bwip.FontLib.getpaths>;

function heightOfDigits(id: number): number {
  return Math.max(...bwip.FontLib.getpaths(id, '0'.charCodeAt(0), unit, unit).map(({ y }) => y));
}

/** Glyphs count up from the baseline, pages down. Scribus' paths have cubic curves only. */
function toOutline(
  glyph: Glyph,
  { scale, left, baseline }: { readonly scale: number; readonly left: number; readonly baseline: number },
): Outline {
  const at = (x: number, y: number) => `${round(left + x * scale)} ${round(baseline - y * scale)}`;
  let [lastX, lastY] = [0, 0];
  let path = '';
  for (const segment of glyph) {
    const { x, y } = segment;
    if (segment.type === 'M') path += `${path === '' ? '' : ' Z '}M${at(x, y)}`;
    if (segment.type === 'L') path += ` L${at(x, y)}`;
    if (segment.type === 'C') path += ` C${at(segment.cx1, segment.cy1)} ${at(segment.cx2, segment.cy2)} ${at(x, y)}`;
    if (segment.type === 'Q') {
      const { cx, cy } = segment;
      const first = at(lastX + (2 / 3) * (cx - lastX), lastY + (2 / 3) * (cy - lastY));
      path += ` C${first} ${at(x + (2 / 3) * (cx - x), y + (2 / 3) * (cy - y))} ${at(x, y)}`;
    }
    [lastX, lastY] = [x, y];
  }
  return path === '' ? '' : `${path} Z`;
}
