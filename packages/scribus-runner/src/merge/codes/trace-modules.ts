/** A corner, in modules from the upper left one. */
export type Corner = readonly [x: number, y: number];

/** A symbol of square modules. */
export interface ModuleGrid {
  readonly columns: number;
  readonly rows: number;
  /** Row by row from the top; 1 is dark. */
  readonly modules: Uint8Array;
}

/**
 * Goes around the dark areas of a grid and returns their corners: filled by the even-odd rule, the polygons are the
 * symbol. Neighbours share no edge that a renderer could show as a hairline.
 */
export function traceModules({ columns, rows, modules }: ModuleGrid): readonly (readonly Corner[])[] {
  const isDark = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < columns && y < rows && modules[y * columns + x] === 1;
  const numberOf = (x: number, y: number): number => y * (columns + 1) + x;
  // Each edge between dark and light, from its beginning, with the dark on its right.
  const ends = new Map<number, number[]>();
  const add = (fromX: number, fromY: number, toX: number, toY: number): void => {
    const from = numberOf(fromX, fromY);
    const list = ends.get(from);
    if (list === undefined) ends.set(from, [numberOf(toX, toY)]);
    else list.push(numberOf(toX, toY));
  };
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      if (!isDark(x, y)) continue;
      if (!isDark(x, y - 1)) add(x, y, x + 1, y);
      if (!isDark(x + 1, y)) add(x + 1, y, x + 1, y + 1);
      if (!isDark(x, y + 1)) add(x + 1, y + 1, x, y + 1);
      if (!isDark(x - 1, y)) add(x, y + 1, x, y);
    }
  }
  const cornerOf = (number: number): Corner => [number % (columns + 1), Math.floor(number / (columns + 1))];
  const loops: (readonly Corner[])[] = [];
  for (const [start, list] of ends) {
    while (list.length > 0) {
      const loop: number[] = [];
      let place = start;
      do {
        loop.push(place);
        place = ends.get(place)?.pop() ?? start;
      } while (place !== start);
      loops.push(withoutStraight(loop.map(cornerOf)));
    }
  }
  return loops;
}

/** Leaves out corners that are none. */
function withoutStraight(loop: readonly Corner[]): readonly Corner[] {
  return loop.filter(([x, y], index) => {
    const [beforeX, beforeY] = loop.at(index - 1) ?? [x, y];
    const [afterX, afterY] = loop[(index + 1) % loop.length] ?? [x, y];
    return !((beforeX === x && x === afterX) || (beforeY === y && y === afterY));
  });
}
