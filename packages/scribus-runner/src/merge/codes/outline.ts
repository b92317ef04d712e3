/** A path as Scribus writes it: `M`, `L`, `C` and `Z` with points, in points of the page. */
export type Outline = string;

/** Hundreds of thousandths of a point: finer than any device, and the same on all machines. */
export const round = (length: number): number => Math.round(length * 1e5) / 1e5;

/** A rectangle from its upper left corner. */
export function rectangle(x: number, y: number, width: number, height: number): Outline {
  const [left, top, right, bottom] = [x, y, x + width, y + height].map(round);
  return `M${left} ${top} L${right} ${top} L${right} ${bottom} L${left} ${bottom} Z`;
}
